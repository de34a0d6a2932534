{{ config(meta={'definition': '11.1'}) }}
-- Yearly returns repeat their open episodes: of rows with the same child and DECOM the latest return's is the episode.
with episodes as (
    select * from {{ ref('stg_ssda903__episodes') }}
),

ranked as (
    select
        *,
        row_number() over (partition by la_code, child, decom order by collection_year desc) as recency
    from episodes
),

final as (
    select
        la_code,
        child,
        decom,
        collection_year as last_collection_year,
        delivery_id,
        file_name,
        row_number,
        rne,
        ls,
        cin,
        place,
        place_provider,
        dec,
        rec,
        reason_place_change,
        home_post,
        pl_post,
        urn,
        pl_la,
        pl_location,
        pl_distance,
        carries_pl_la,
        carries_pl_location,
        carries_pl_distance
    from ranked
    where recency = 1
)

select * from final
