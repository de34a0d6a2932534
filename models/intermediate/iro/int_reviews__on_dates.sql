{{ config(meta={'definition': '12.2'}) }}
-- Where a child stands between two reviews on a day: of the schedule, the review that comes next. Reviews held after
-- the day are not known on it.
with in_care as (
    select * from {{ ref('int_in_care__on_dates') }}
),

schedule as (
    select * from {{ ref('int_reviews__schedule') }}
),

final as (
    select
        in_care.la_code,
        in_care.as_of_on,
        in_care.child,
        schedule.previous_reviewed_on as last_reviewed_on,
        schedule.review_number as next_review_number,
        schedule.review_type as next_review_type,
        schedule.due_on as next_review_due_on
    from in_care
    inner join schedule
        on
            in_care.la_code = schedule.la_code
            and in_care.child = schedule.child
            and in_care.period_number = schedule.period_number
            and (schedule.previous_reviewed_on is null or schedule.previous_reviewed_on <= in_care.as_of_on)
            and (schedule.reviewed_on is null or schedule.reviewed_on > in_care.as_of_on)
)

select * from final
