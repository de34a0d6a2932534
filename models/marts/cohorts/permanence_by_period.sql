-- The permanence tracker at the period end: every child looked after, with plan, progress and what is overdue.
with cohort as (
    select * from {{ ref('int_permanence') }}
),

child_keys as (
    select * from {{ ref('stg_reference__child_keys') }}
),

final as (
    select
        cohort.la_code,
        cohort.period_type,
        cohort.period_start,
        cohort.period_end,
        child_keys.child_key,
        coalesce(cohort.iro_key, 'Unknown') as iro_key,
        cohort.period_of_care_started_on,
        cohort.is_left_censored,
        cohort.days_in_care,
        cohort.has_plan,
        cohort.plan_type,
        cohort.plan_agreed_on,
        cohort.days_since_plan,
        cohort.is_parallel_planned,
        cohort.is_plan_achieved,
        cohort.plan_achieved_on,
        cohort.second_reviewed_on,
        cohort.has_plan_by_second_review,
        cohort.plan_due_on,
        cohort.is_plan_overdue,
        cohort.plan_overdue_since,
        cohort.latest_milestone,
        cohort.latest_milestone_on,
        cohort.is_long_term_matched,
        cohort.long_term_matched_on,
        cohort.is_awaiting_long_term_match,
        cohort.is_placed_with_parents,
        cohort.is_for_discharge_of_care_order,
        cohort.has_special_guardianship_plan,
        cohort.is_in_kinship_group
    from cohort
    inner join child_keys on cohort.la_code = child_keys.la_code and cohort.child = child_keys.child
)

select * from final
