-- Children with a review held or due in a period, for the two metrics that count children instead of reviews.
with cohort as (
    select * from {{ ref('int_children_reviewed') }}
),

keys as (
    select * from {{ ref('stg_reference__child_keys') }}
),

final as (
    select
        cohort.la_code,
        cohort.period_type,
        cohort.period_start,
        cohort.period_end,
        keys.child_key,
        cohort.reviews_held,
        cohort.reviews_due,
        cohort.reviews_on_time,
        cohort.reviews_coded,
        cohort.reviews_with_participation,
        cohort.is_in_timeliness_cohort,
        cohort.has_all_reviews_on_time,
        cohort.is_in_participation_cohort,
        cohort.has_participated_in_all
    from cohort
    inner join keys on cohort.la_code = keys.la_code and cohort.child = keys.child
)

select * from final
