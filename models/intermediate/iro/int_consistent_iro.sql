{{ config(meta={'definition': '12.13, 12.14'}) }}
-- Days without any officer break nothing: the child meets no second one by them.
with cohort as (
    select * from {{ ref('int_looked_after__all_period') }}
),

periods as (
    select * from {{ ref('int_iro_periods') }}
),

allocations as (
    select * from {{ ref('int_iro_allocations__effective') }}
),

officers as (
    select
        cohort.la_code,
        cohort.period_type,
        cohort.period_end,
        cohort.child,
        count(distinct allocations.iro_id) as iros_in_period
    from cohort
    inner join allocations
        on
            cohort.la_code = allocations.la_code
            and cohort.child = allocations.child
            and allocations.from_on <= cohort.period_end
            and (allocations.to_on is null or allocations.to_on > cohort.period_start)
    group by cohort.la_code, cohort.period_type, cohort.period_end, cohort.child
),

final as (
    select
        cohort.la_code,
        cohort.period_type,
        cohort.period_start,
        cohort.period_end,
        cohort.child,
        coalesce(officers.iros_in_period, 0) as iros_in_period,
        coalesce(officers.iros_in_period = 1, false) as has_consistent_iro
    from cohort
    inner join periods
        on
            cohort.la_code = periods.la_code
            and cohort.period_type = periods.period_type
            and cohort.period_end = periods.period_end
    left join officers
        on
            cohort.la_code = officers.la_code
            and cohort.period_type = officers.period_type
            and cohort.period_end = officers.period_end
            and cohort.child = officers.child
)

select * from final
