{{ config(meta={'definition': '12.2, 12.3, 12.4, 12.5, 12.6'}) }}
-- The statutory clock of each period of care: every review held, with the day it was due, and the next one that is not
-- held yet. A review sets the clock of the next by its own date, early or late; a new period of care starts it again.
with reviews as (
    select * from {{ ref('int_reviews__united') }}
    where period_number is not null
),

periods_of_care as (
    select * from {{ ref('int_periods_of_care') }}
),

days as (
    select * from {{ ref('int_calendar__days') }}
),

tables_delivered as (
    select * from {{ ref('int_tables__delivered') }}
),

-- Day C of definitions 12.5: from it on, what was not delivered was not held.
first_days_told as (
    select
        la_code,
        min(told_from) as reviews_told_from
    from (
        select
            la_code,
            {{ first_day_of_collection_year('collection_year') }} as told_from
        from tables_delivered
        where table_name in ('reviews', 'iro_reviews')
        union all
        select
            la_code,
            reviewed_on as told_from
        from reviews
    ) as told
    group by la_code
),

-- A start before the calendar began is further back still.
clocks as (
    select
        periods_of_care.la_code,
        periods_of_care.child,
        periods_of_care.period_number,
        periods_of_care.started_on,
        periods_of_care.ended_on,
        days.working_day_20_after as first_due_on,
        coalesce(days.working_day_20_after < first_days_told.reviews_told_from, true) as is_first_due_unknown
    from periods_of_care
    inner join first_days_told on periods_of_care.la_code = first_days_told.la_code
    left join days on periods_of_care.started_on = days.date_day
),

held as (
    select
        la_code,
        child,
        period_number,
        reviewed_on,
        started_on,
        completed_on,
        cast(
            row_number() over (partition by la_code, child, period_number order by reviewed_on) as bigint
        ) as review_number,
        lag(reviewed_on) over (partition by la_code, child, period_number order by reviewed_on) as previous_reviewed_on,
        lead(reviewed_on) over (partition by la_code, child, period_number order by reviewed_on) is null as is_last
    from reviews
),

last_held as (
    select * from held
    where is_last
),

steps as (
    select
        la_code,
        child,
        period_number,
        review_number,
        previous_reviewed_on,
        reviewed_on,
        started_on as meeting_started_on,
        completed_on as meeting_completed_on
    from held
    union all
    select
        clocks.la_code,
        clocks.child,
        clocks.period_number,
        coalesce(last_held.review_number, 0) + 1 as review_number,
        last_held.reviewed_on as previous_reviewed_on,
        cast(null as date) as reviewed_on,
        cast(null as date) as meeting_started_on,
        cast(null as date) as meeting_completed_on
    from clocks
    left join last_held
        on
            clocks.la_code = last_held.la_code
            and clocks.child = last_held.child
            and clocks.period_number = last_held.period_number
),

due as (
    select
        steps.*,
        clocks.started_on as period_of_care_started_on,
        clocks.ended_on as period_of_care_ended_on,
        case
            when steps.review_number = 1 and clocks.is_first_due_unknown then 'Unknown'
            when steps.review_number = 1 then 'FIRST'
            when steps.review_number = 2 and not clocks.is_first_due_unknown then 'SECOND'
            else 'SUBSEQUENT'
        end as review_type,
        case
            when steps.review_number = 1 and clocks.is_first_due_unknown then null
            when steps.review_number = 1 then clocks.first_due_on
            when steps.review_number = 2 and not clocks.is_first_due_unknown
                then {{ add_months('steps.previous_reviewed_on', 3) }}
            else {{ add_months('steps.previous_reviewed_on', 6) }}
        end as due_on
    from steps
    inner join clocks
        on
            steps.la_code = clocks.la_code
            and steps.child = clocks.child
            and steps.period_number = clocks.period_number
),

final as (
    select
        due.la_code,
        due.child,
        due.period_number,
        due.period_of_care_started_on,
        due.period_of_care_ended_on,
        due.review_number,
        due.review_type,
        due.previous_reviewed_on,
        due.due_on,
        due.reviewed_on,
        due.reviewed_on is null as is_outstanding,
        due.due_on is null as is_due_unknown,
        -- An adjourned review is on time that began by its due date and was completed within 20 working days.
        case
            when due.due_on is null then null
            when due.reviewed_on is null then false
            else
                due.reviewed_on <= due.due_on
                or coalesce(
                    due.meeting_started_on <= due.due_on
                    and due.meeting_completed_on <= days.working_day_20_after,
                    false
                )
        end as is_on_time,
        -- The day that decides in which period the review is judged. Due after the child left is not due.
        case
            when due.due_on is null then null
            when due.reviewed_on is not null then least(due.due_on, due.reviewed_on)
            when {{ is_live_on('due.due_on', 'due.period_of_care_started_on', 'due.period_of_care_ended_on') }}
                then due.due_on
        end as judged_on
    from due
    left join days on due.meeting_started_on = days.date_day
)

select * from final
