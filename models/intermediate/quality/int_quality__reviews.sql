-- Rules on reviews as the return gives them: on a day in care, with the code that the child's age allows.
with reviews as (
    select * from {{ ref('int_reviews__ssda903') }}
),

delivered as (
    select * from {{ ref('stg_ssda903__reviews') }}
),

episodes as (
    select * from {{ ref('stg_ssda903__episodes') }}
),

children as (
    select * from {{ ref('int_children__attributes') }}
),

periods_of_care as (
    select * from {{ ref('int_periods_of_care') }}
),

in_care as (
    select distinct
        reviews.la_code,
        reviews.child,
        reviews.reviewed_on
    from reviews
    inner join periods_of_care
        on
            reviews.la_code = periods_of_care.la_code
            and reviews.child = periods_of_care.child
            and reviews.reviewed_on >= periods_of_care.started_on
            and (
                periods_of_care.ended_on is null
                or reviews.reviewed_on < periods_of_care.ended_on
                or (reviews.reviewed_on = periods_of_care.ended_on and not periods_of_care.is_implied_end)
            )
),

on_short_breaks as (
    select
        la_code,
        collection_year,
        child
    from episodes
    group by la_code, collection_year, child
    having min(case when ls in ('V3', 'V4') then 1 else 0 end) = 1
),

examined as (
    select
        delivered.la_code,
        delivered.collection_year,
        delivered.child,
        delivered.file_name,
        delivered.row_number,
        reviews.reviewed_on,
        reviews.participation_code,
        in_care.child is not null as is_in_care,
        on_short_breaks.child is not null as is_on_short_breaks,
        {{ completed_years('children.dob', 'reviews.reviewed_on') }} as age,
        {{ completed_years('children.dob', add_days('reviews.reviewed_on', -1)) }} as age_the_day_before
    from reviews
    inner join delivered
        on
            reviews.la_code = delivered.la_code
            and reviews.child = delivered.child
            and reviews.reviewed_on = delivered.review
            and reviews.last_collection_year = delivered.collection_year
    left join children
        on reviews.la_code = children.la_code and reviews.child = children.child
    left join in_care
        on
            reviews.la_code = in_care.la_code
            and reviews.child = in_care.child
            and reviews.reviewed_on = in_care.reviewed_on
    left join on_short_breaks
        on
            delivered.la_code = on_short_breaks.la_code
            and delivered.collection_year = on_short_breaks.collection_year
            and delivered.child = on_short_breaks.child
),

review_outside_care as (
    select {{ quality_issue('review_outside_care', 'reviews', 'reviewed_on', 'review') }}
    from examined
    where not is_in_care and not is_on_short_breaks
),

respite_in_reviews as (
    select {{ quality_issue('respite_in_reviews', 'reviews', 'reviewed_on', 'review') }}
    from examined
    where not is_in_care and is_on_short_breaks
),

-- On the fourth birthday itself either kind of code passes.
review_participation_age as (
    select {{ quality_issue('review_participation_age', 'reviews', 'reviewed_on', 'review_code') }}
    from examined
    where
        (participation_code = 'PN0' and age_the_day_before >= 4)
        or (participation_code <> 'PN0' and age < 4)
),

review_participation_blank as (
    select {{ quality_issue('review_participation_blank', 'reviews', 'reviewed_on', 'review_code') }}
    from examined
    where participation_code is null
),

final as (
    {{ all_rows_of([
        'review_outside_care', 'respite_in_reviews', 'review_participation_age', 'review_participation_blank'
    ]) }}
)

select * from final
