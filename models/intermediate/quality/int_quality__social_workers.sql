-- Rules on who the child's social worker was. Yearly files repeat open spells: the latest return's row is the spell.
with delivered as (
    select * from {{ ref('stg_ssda903__sw_episodes') }}
),

looked_after as (
    select * from {{ ref('int_looked_after__at_period_end') }}
),

periods as (
    select * from {{ ref('int_periods__published') }}
    where period_type = 'financial_year'
),

tables_delivered as (
    select * from {{ ref('int_tables__delivered') }}
    where table_name = 'sw_episodes'
),

latest as {{ latest_by_key('delivered', ssda903_tables()['sw_episodes']) }},

spells as (
    select
        *,
        max(coalesce(sw_dec, {{ date_literal('9999-12-31') }})) over (
            partition by la_code, child
            order by sw_decom, sw_id rows between unbounded preceding and 1 preceding
        ) as latest_end_before
    from latest
),

expected as (
    select
        looked_after.la_code,
        periods.last_collection_year as collection_year,
        looked_after.child,
        looked_after.period_end
    from looked_after
    inner join periods
        on looked_after.la_code = periods.la_code and looked_after.period_end = periods.period_end
    inner join tables_delivered
        on
            periods.la_code = tables_delivered.la_code
            and periods.last_collection_year = tables_delivered.collection_year
),

with_social_worker as (
    select distinct
        expected.la_code,
        expected.period_end,
        expected.child
    from expected
    inner join spells
        on
            expected.la_code = spells.la_code
            and expected.child = spells.child
            and {{ is_live_on('expected.period_end', 'spells.sw_decom', 'spells.sw_dec') }}
),

social_worker_missing as (
    select
        {{ quality_issue('social_worker_missing', 'sw_episodes', 'expected.period_end', of='expected', has_row=false) }}
    from expected
    left join with_social_worker
        on
            expected.la_code = with_social_worker.la_code
            and expected.period_end = with_social_worker.period_end
            and expected.child = with_social_worker.child
    where with_social_worker.child is null
),

social_worker_spells_overlap as (
    select {{ quality_issue('social_worker_spells_overlap', 'sw_episodes', 'sw_decom', 'sw_decom') }}
    from spells
    where latest_end_before > sw_decom
),

social_worker_number_unregistered as (
    select {{ quality_issue('social_worker_number_unregistered', 'sw_episodes', 'sw_decom', 'sw_id') }}
    from spells
    where left(sw_id, 2) not in ('SW', 'XX')
),

final as (
    {{ all_rows_of(['social_worker_missing', 'social_worker_spells_overlap', 'social_worker_number_unregistered']) }}
)

select * from final
