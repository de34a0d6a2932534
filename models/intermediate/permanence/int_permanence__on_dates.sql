{{ config(meta={'definition': '12.16'}) }}
-- The permanence tracker: every child in care on a day, with the plan, how far it has come and what is overdue.
-- A plan is overdue from the day after the second review was held or, until then, was due: the law's expectation, and
-- our reading of "overdue". Before the first review the second one's day is reckoned from the first one's due date;
-- where the true start of care is not known, from the first day that is.
with in_care as (
    select * from {{ ref('int_in_care__on_dates') }}
),

days as (
    select * from {{ ref('int_calendar__days') }}
),

located as (
    select * from {{ ref('int_episodes__located') }}
),

current_plans as (
    select * from {{ ref('int_permanence_plans__on_dates') }}
),

plans as (
    select * from {{ ref('stg_iro__permanence_plans') }}
),

second_reviews as (
    select * from {{ ref('int_reviews__schedule') }}
    where review_type = 'SECOND'
),

second_reviews_planned as (
    select * from {{ ref('int_second_reviews__planned') }}
),

milestones as (
    select * from {{ ref('int_permanence_milestones') }}
),

matches as (
    select * from {{ ref('stg_iro__long_term_matches') }}
),

allocated as (
    select * from {{ ref('int_iro_allocated__on_dates') }}
),

ended_plans as (
    select
        in_care.la_code,
        in_care.as_of_on,
        in_care.child,
        max(plans.ended_on) as last_plan_ended_on
    from in_care
    inner join plans
        on
            in_care.la_code = plans.la_code
            and in_care.child = plans.child
            and {{ is_in_present_stay('plans.agreed_on') }}
            and plans.ended_on <= in_care.as_of_on
    group by in_care.la_code, in_care.as_of_on, in_care.child
),

ranked_milestones as (
    select
        in_care.la_code,
        in_care.as_of_on,
        in_care.child,
        milestones.milestone,
        milestones.reached_on,
        row_number() over (
            partition by in_care.la_code, in_care.as_of_on, in_care.child
            order by milestones.reached_on desc, milestones.milestone_rank desc
        ) as recency
    from in_care
    inner join milestones
        on
            in_care.la_code = milestones.la_code
            and in_care.child = milestones.child
            and {{ is_in_present_stay('milestones.reached_on') }}
),

latest_milestones as (
    select * from ranked_milestones
    where recency = 1
),

matched as (
    select
        in_care.la_code,
        in_care.as_of_on,
        in_care.child,
        max(matches.matched_on) as matched_on
    from in_care
    inner join matches
        on
            in_care.la_code = matches.la_code
            and in_care.child = matches.child
            and {{ is_in_present_stay('matches.matched_on') }}
    group by in_care.la_code, in_care.as_of_on, in_care.child
),

told as (
    select
        in_care.la_code,
        in_care.as_of_on,
        in_care.child,
        in_care.period_of_care_started_on,
        in_care.is_left_censored,
        in_care.ls,
        located.place,
        allocated.iro_id,
        allocated.iro_key,
        current_plans.plan_id,
        current_plans.plan_type,
        current_plans.agreed_on,
        current_plans.achieved_on,
        coalesce(current_plans.is_parallel_planned, false) as is_parallel_planned,
        case when second_reviews.reviewed_on <= in_care.as_of_on then second_reviews.reviewed_on end
            as second_reviewed_on,
        case when second_reviews.previous_reviewed_on <= in_care.as_of_on then second_reviews.due_on end
            as second_review_due_on,
        case when second_reviews_planned.reviewed_on <= in_care.as_of_on then second_reviews_planned.has_plan end
            as has_plan_by_second_review,
        {{ add_months('days.working_day_20_after', 3) }} as second_review_expected_by,
        ended_plans.last_plan_ended_on,
        latest_milestones.milestone as latest_milestone,
        latest_milestones.reached_on as latest_milestone_on,
        matched.matched_on
    from in_care
    inner join located
        on
            in_care.la_code = located.la_code
            and in_care.child = located.child
            and in_care.episode_started_on = located.started_on
    left join days on in_care.period_of_care_started_on = days.date_day
    left join allocated
        on
            in_care.la_code = allocated.la_code
            and in_care.as_of_on = allocated.as_of_on
            and in_care.child = allocated.child
    left join current_plans
        on
            in_care.la_code = current_plans.la_code
            and in_care.as_of_on = current_plans.as_of_on
            and in_care.child = current_plans.child
    left join second_reviews
        on
            in_care.la_code = second_reviews.la_code
            and in_care.child = second_reviews.child
            and in_care.period_number = second_reviews.period_number
    left join second_reviews_planned
        on
            in_care.la_code = second_reviews_planned.la_code
            and in_care.child = second_reviews_planned.child
            and in_care.period_number = second_reviews_planned.period_number
    left join ended_plans
        on
            in_care.la_code = ended_plans.la_code
            and in_care.as_of_on = ended_plans.as_of_on
            and in_care.child = ended_plans.child
    left join latest_milestones
        on
            in_care.la_code = latest_milestones.la_code
            and in_care.as_of_on = latest_milestones.as_of_on
            and in_care.child = latest_milestones.child
    left join matched
        on
            in_care.la_code = matched.la_code
            and in_care.as_of_on = matched.as_of_on
            and in_care.child = matched.child
),

due as (
    select
        *,
        coalesce(second_reviewed_on, second_review_due_on, second_review_expected_by) as plan_due_on
    from told
),

judged as (
    select
        *,
        plan_id is null and coalesce(as_of_on > plan_due_on, false) as is_plan_overdue
    from due
),

final as (
    select
        la_code,
        as_of_on,
        child,
        iro_id,
        iro_key,
        period_of_care_started_on,
        is_left_censored,
        {{ days_between('period_of_care_started_on', 'as_of_on') }} as days_in_care,
        plan_id is not null as has_plan,
        plan_type,
        agreed_on as plan_agreed_on,
        {{ days_between('agreed_on', 'as_of_on') }} as days_since_plan,
        is_parallel_planned,
        achieved_on is not null as is_plan_achieved,
        achieved_on as plan_achieved_on,
        second_reviewed_on,
        has_plan_by_second_review,
        plan_due_on,
        is_plan_overdue,
        -- A plan that ended without another leaves the child without one from that day.
        case
            when is_plan_overdue then greatest(plan_due_on, coalesce(last_plan_ended_on, plan_due_on))
        end as plan_overdue_since,
        latest_milestone,
        latest_milestone_on,
        matched_on is not null as is_long_term_matched,
        matched_on as long_term_matched_on,
        coalesce({{ code_is('plan_type', 'long_term_foster_care') }}, false)
        and matched_on is null as is_awaiting_long_term_match,
        coalesce({{ code_is('place', 'with_parents') }}, false) as is_placed_with_parents,
        coalesce({{ code_is('ls', 'full_care_order') }} and {{ code_is('plan_type', 'return_home') }}, false)
            as is_for_discharge_of_care_order,
        coalesce({{ code_is('plan_type', 'special_guardianship_plan') }}, false) as has_special_guardianship_plan,
        coalesce({{ code_is('place', 'fostered_by_relatives') }}, false)
        or coalesce({{ code_is('plan_type', 'with_relatives') }}, false) as is_in_kinship_group
    from judged
)

select * from final
