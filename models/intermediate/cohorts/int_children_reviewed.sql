{{ config(meta={'definition': '12.8, 12.9'}) }}
-- The child-level reading beside the review-level one: all of a child's reviews on time, a part taken in every one.
with reviews as (
    select * from {{ ref('int_reviews') }}
),

looked_after as (
    select * from {{ ref('int_children_looked_after') }}
),

counted as (
    select
        la_code,
        period_type,
        period_start,
        period_end,
        child,
        count(case when is_held then 1 end) as reviews_held,
        count(case when is_due then 1 end) as reviews_due,
        count(case when is_on_time then 1 end) as reviews_on_time,
        count(case when is_coded then 1 end) as reviews_coded,
        count(case when has_participation then 1 end) as reviews_with_participation
    from reviews
    group by la_code, period_type, period_start, period_end, child
),

final as (
    select
        counted.*,
        -- Four weeks, so that children who have only just come are not judged on reviews not due yet.
        coalesce(
            counted.reviews_due > 0
            and looked_after.period_of_care_started_on < {{ add_days('counted.period_end', -28) }},
            false
        ) as is_in_timeliness_cohort,
        coalesce(
            counted.reviews_due > 0
            and counted.reviews_on_time = counted.reviews_due
            and looked_after.period_of_care_started_on < {{ add_days('counted.period_end', -28) }},
            false
        ) as has_all_reviews_on_time,
        counted.reviews_coded > 0 as is_in_participation_cohort,
        counted.reviews_coded > 0
        and counted.reviews_with_participation = counted.reviews_coded as has_participated_in_all
    from counted
    left join looked_after
        on
            counted.la_code = looked_after.la_code
            and counted.period_type = looked_after.period_type
            and counted.period_end = looked_after.period_end
            and counted.child = looked_after.child
)

select * from final
