with published as (
    select * from {{ ref('int_dfe__values') }}
),

final as (
    select
        release,
        file_name,
        collection_year,
        geographic_level,
        geography_code,
        geography_name,
        metric_id,
        breakdown,
        category,
        unit,
        value,
        symbol,
        raw_value,
        rounding_base,
        la_code,
        region_code,
        published_label,
        published_on,
        row_number
    from published
)

select * from final
