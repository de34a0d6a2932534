{{ config(meta={'definition': '12.14, 12.15'}) }}
with periods as (
    select * from {{ ref('int_iro_periods') }}
),

oversight as (
    select * from {{ ref('int_case_oversight__on_dates') }}
),

consistent as (
    select * from {{ ref('int_consistent_iro') }}
),

final as (
    select
        periods.la_code,
        periods.period_type,
        periods.period_start,
        periods.period_end,
        oversight.child,
        oversight.iro_key,
        oversight.iro,
        oversight.rag_rating,
        oversight.has_rating,
        oversight.rated_on,
        oversight.last_tracked_on,
        oversight.last_reviewed_on,
        oversight.next_review_due_on,
        oversight.oversight_due_on,
        oversight.is_on_time,
        oversight.days_overdue,
        consistent.child is not null as is_in_consistent_iro_cohort,
        consistent.iros_in_period,
        coalesce(consistent.has_consistent_iro, false) as has_consistent_iro
    from periods
    inner join oversight
        on periods.la_code = oversight.la_code and periods.period_end = oversight.as_of_on
    left join consistent
        on
            periods.la_code = consistent.la_code
            and periods.period_type = consistent.period_type
            and periods.period_end = consistent.period_end
            and oversight.child = consistent.child
)

select * from final
