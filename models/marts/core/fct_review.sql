with reviews as (
    select * from {{ ref('int_reviews__ssda903') }}
),

keys as (
    select * from {{ ref('stg_reference__child_keys') }}
),

final as (
    select
        {{ hash_key(['keys.child_key', 'reviews.reviewed_on']) }} as review_key,
        keys.child_key,
        reviews.la_code,
        reviews.reviewed_on,
        reviews.participation_code,
        reviews.last_collection_year
    from reviews
    inner join keys on reviews.la_code = keys.la_code and reviews.child = keys.child
)

select * from final
