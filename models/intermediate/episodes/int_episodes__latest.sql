{{ config(meta={'definition': '11.1'}) }}
-- Yearly returns repeat their open episodes: of rows with the same child and DECOM the latest return's is the episode.
with episodes as (
    select * from {{ ref('stg_ssda903__episodes') }}
),

latest as {{ latest_by_key('episodes', ssda903_tables()['episodes']) }},

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
    from latest
)

select * from final
