{{ config(meta={'definition': '12.15'}) }}
with ratings as (
    select * from {{ ref('stg_iro__rag_ratings') }}
),

final as (
    select
        la_code,
        child,
        rating,
        rated_on,
        lead(rated_on) over (partition by la_code, child order by rated_on) as superseded_on
    from ratings
)

select * from final
