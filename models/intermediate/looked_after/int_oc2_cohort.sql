{{ config(meta={'definition': '11.13'}) }}
-- Looked after for the whole financial year, by the return's own edges: a start on 1 April and an end on 31 March still
-- pass, a short break at any time does not. Computed from episodes: a cohort child without an OC2 row counts as not
-- done.
with periods as (
    select * from {{ ref('int_periods__published') }}
    where period_type = 'financial_year'
),

looked_after as (
    select * from {{ ref('int_looked_after__at_period_end') }}
),

settled as (
    select * from {{ ref('int_episodes__settled') }}
    where not is_superseded
),

oc2 as (
    select * from {{ ref('stg_ssda903__oc2') }}
),

interruptions as (
    select distinct
        periods.la_code,
        periods.period_end,
        settled.child
    from periods
    inner join settled
        on
            periods.la_code = settled.la_code
            and (
                (
                    settled.is_respite
                    and {{ touches_period(
                        'periods.period_start', 'periods.period_end',
                        'settled.started_on', 'settled.ended_on', 'settled.is_implied_end') }}
                )
                or (
                    settled.rne = 'S'
                    and settled.started_on > periods.period_start
                    and settled.started_on <= periods.period_end
                )
                or (
                    {{ is_cease('settled.rec') }}
                    and settled.ended_on between periods.period_start and periods.period_end
                )
            )
),

final as (
    select
        periods.la_code,
        periods.period_end,
        looked_after.child,
        oc2.child is not null as has_oc2_row,
        oc2.convicted,
        oc2.health_check,
        oc2.immunisations,
        oc2.teeth_check,
        oc2.health_assessment,
        oc2.substance_misuse,
        oc2.sdq_score
    from periods
    inner join looked_after
        on periods.la_code = looked_after.la_code and periods.period_end = looked_after.period_end
    left join interruptions
        on
            looked_after.la_code = interruptions.la_code
            and looked_after.period_end = interruptions.period_end
            and looked_after.child = interruptions.child
    left join oc2
        on
            looked_after.la_code = oc2.la_code
            and looked_after.child = oc2.child
            and periods.last_collection_year = oc2.collection_year
    where interruptions.child is null
)

select * from final
