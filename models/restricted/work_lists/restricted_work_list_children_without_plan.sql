{{ config(meta={'work_list': '7 Children without a plan'}) }}
-- Children in care without a current permanence plan, those that should have one by their second review first.
with dates as (
    select * from {{ ref('int_iro_dates') }}
    where is_latest
),

tracked as (
    select * from {{ ref('int_permanence__on_dates') }}
    where not has_plan
),

with_extracts as (
    select distinct la_code
    from {{ ref('int_tables__delivered') }}
    where table_name = 'permanence_plans'
),

final as (
    select
        tracked.la_code,
        tracked.as_of_on,
        case when tracked.is_plan_overdue then 'Overdue' else 'Not due yet' end as urgency,
        tracked.child,
        tracked.iro_id,
        tracked.plan_due_on,
        tracked.plan_overdue_since,
        tracked.period_of_care_started_on,
        tracked.days_in_care,
        tracked.is_placed_with_parents
    from tracked
    inner join dates on tracked.la_code = dates.la_code and tracked.as_of_on = dates.as_of_on
    inner join with_extracts on tracked.la_code = with_extracts.la_code
)

select * from final
order by la_code, case when plan_overdue_since is null then 1 else 0 end, plan_overdue_since, plan_due_on, child
