{{ config(meta={'definition': '12.15'}) }}
-- Whether each child has been looked at as often as the rating asks: red and amber so many months after the last look
-- or the rating itself, green once between two reviews and by the middle of them.
with in_care as (
    select * from {{ ref('int_in_care__on_dates') }}
),

ratings as (
    select * from {{ ref('int_rag_ratings__spells') }}
),

tracking as (
    select * from {{ ref('stg_iro__case_tracking') }}
),

reviews as (
    select * from {{ ref('int_reviews__on_dates') }}
),

allocated as (
    select * from {{ ref('int_iro_allocated__on_dates') }}
),

intervals as (
    select * from {{ ref('oversight_intervals') }}
),

rated as (
    select
        in_care.la_code,
        in_care.as_of_on,
        in_care.child,
        ratings.rating,
        ratings.rated_on,
        intervals.basis,
        intervals.months
    from in_care
    inner join ratings
        on
            in_care.la_code = ratings.la_code
            and in_care.child = ratings.child
            and {{ is_live_on('in_care.as_of_on', 'ratings.rated_on', 'ratings.superseded_on') }}
    inner join intervals on ratings.rating = intervals.rating
),

tracked as (
    select
        in_care.la_code,
        in_care.as_of_on,
        in_care.child,
        max(tracking.tracked_on) as last_tracked_on
    from in_care
    inner join tracking
        on
            in_care.la_code = tracking.la_code
            and in_care.child = tracking.child
            and tracking.tracked_on <= in_care.as_of_on
    group by in_care.la_code, in_care.as_of_on, in_care.child
),

told as (
    select
        in_care.la_code,
        in_care.as_of_on,
        in_care.child,
        allocated.iro_id,
        allocated.iro_key,
        coalesce(allocated.iro_key, 'Unknown') as iro,
        coalesce(rated.rating, 'UNRATED') as rag_rating,
        rated.rating is not null as has_rating,
        rated.rated_on,
        rated.basis,
        rated.months,
        tracked.last_tracked_on,
        reviews.last_reviewed_on,
        reviews.next_review_due_on,
        coalesce(reviews.last_reviewed_on, in_care.period_of_care_started_on) as between_reviews_from,
        -- On the day of a review it is the review that is talked about; on the day of coming into care, the child.
        coalesce(
            tracked.last_tracked_on > reviews.last_reviewed_on
            or (
                reviews.last_reviewed_on is null
                and tracked.last_tracked_on >= in_care.period_of_care_started_on
            ),
            false
        ) as is_tracked_between_reviews
    from in_care
    left join rated
        on
            in_care.la_code = rated.la_code
            and in_care.as_of_on = rated.as_of_on
            and in_care.child = rated.child
    left join tracked
        on
            in_care.la_code = tracked.la_code
            and in_care.as_of_on = tracked.as_of_on
            and in_care.child = tracked.child
    left join reviews
        on
            in_care.la_code = reviews.la_code
            and in_care.as_of_on = reviews.as_of_on
            and in_care.child = reviews.child
    left join allocated
        on
            in_care.la_code = allocated.la_code
            and in_care.as_of_on = allocated.as_of_on
            and in_care.child = allocated.child
),

due as (
    select
        *,
        case
            when basis = 'since_last_oversight' then {{ add_months(
                'greatest(rated_on, coalesce(last_tracked_on, rated_on))', 'months') }}
            -- The last whole day of the first half.
            when basis = 'between_reviews' and not is_tracked_between_reviews then {{ add_days(
                'between_reviews_from',
                'floor(' ~ days_between('between_reviews_from', 'next_review_due_on') ~ ' / 2.0)') }}
        end as oversight_due_on
    from told
),

judged as (
    select
        *,
        has_rating
        and coalesce(
            as_of_on <= oversight_due_on or (basis = 'between_reviews' and is_tracked_between_reviews), false
        ) as is_on_time
    from due
),

final as (
    select
        la_code,
        as_of_on,
        child,
        iro_id,
        iro_key,
        iro,
        rag_rating,
        has_rating,
        rated_on,
        last_tracked_on,
        last_reviewed_on,
        next_review_due_on,
        oversight_due_on,
        is_on_time,
        -- Null where there is no rating, and where the middle is not known because the next review's due date is not.
        case
            when is_on_time then 0
            when has_rating then {{ days_between('oversight_due_on', 'as_of_on') }}
        end as days_overdue
    from judged
)

select * from final
