{{ config(meta={'definition': '11.1'}) }}
-- Reviews of all returns, each child and date once: the latest return's row is the review.
with reviews as (
    select * from {{ ref('stg_ssda903__reviews') }}
),

latest as {{ latest_by_key('reviews', ssda903_tables()['reviews']) }},

final as (
    select
        la_code,
        child,
        review as reviewed_on,
        review_code as participation_code,
        collection_year as last_collection_year
    from latest
)

select * from final
