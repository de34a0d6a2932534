with ratings as (
    select * from {{ ref('int_rag_ratings__spells') }}
),

child_keys as (
    select * from {{ ref('stg_reference__child_keys') }}
),

final as (
    select
        {{ hash_key(['child_keys.child_key', 'ratings.rated_on']) }} as rag_rating_key,
        child_keys.child_key,
        ratings.la_code,
        ratings.rating as rag_rating,
        ratings.rated_on,
        ratings.superseded_on
    from ratings
    inner join child_keys on ratings.la_code = child_keys.la_code and ratings.child = child_keys.child
)

select * from final
