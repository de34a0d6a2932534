{{ config(meta={'definition': '11.1'}) }}
-- Reviews of all returns, each child and date once: the latest return's row is the review.
with reviews as (
    select * from {{ ref('stg_ssda903__reviews') }}
),

ranked as (
    select
        *,
        row_number() over (partition by la_code, child, review order by collection_year desc) as recency
    from reviews
),

final as (
    select
        la_code,
        child,
        review as reviewed_on,
        review_code as participation_code,
        collection_year as last_collection_year
    from ranked
    where recency = 1
)

select * from final
