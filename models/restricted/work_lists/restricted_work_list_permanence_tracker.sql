{{ config(meta={'work_list': '8 Permanence tracker'}) }}
-- Every child in care with the plan and how far it has come; what is overdue first, then who has no plan, then who
-- waits for a match, then the longest in care without having achieved permanence.
with dates as (
    select * from {{ ref('int_iro_dates') }}
    where is_latest
),

tracked as (
    select * from {{ ref('int_permanence__on_dates') }}
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
        case
            when tracked.is_plan_overdue then 'Plan overdue'
            when tracked.is_awaiting_long_term_match then 'Awaiting a match'
            when not tracked.has_plan then 'No plan yet'
            when tracked.is_plan_achieved then 'Achieved'
            else 'In progress'
        end as position,
        tracked.child,
        tracked.iro_id,
        tracked.plan_type,
        tracked.plan_agreed_on,
        tracked.days_since_plan,
        tracked.is_parallel_planned,
        tracked.has_plan_by_second_review,
        tracked.plan_overdue_since,
        tracked.period_of_care_started_on,
        tracked.days_in_care,
        tracked.latest_milestone,
        tracked.latest_milestone_on,
        tracked.long_term_matched_on,
        tracked.is_placed_with_parents,
        tracked.is_for_discharge_of_care_order,
        tracked.has_special_guardianship_plan,
        tracked.is_in_kinship_group
    from tracked
    inner join dates on tracked.la_code = dates.la_code and tracked.as_of_on = dates.as_of_on
    inner join with_extracts on tracked.la_code = with_extracts.la_code
)

select * from final
order by
    la_code asc,
    case position
        when 'Plan overdue' then 1
        when 'No plan yet' then 2
        when 'Awaiting a match' then 3
        when 'In progress' then 4
        else 5
    end asc,
    days_in_care desc,
    child asc
