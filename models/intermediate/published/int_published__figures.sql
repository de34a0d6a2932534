{{ config(meta={'definition': '0'}) }}
-- One release says a thing once: where its files repeat a figure they agree, or the first file with a number counts and
-- published_conflicts says so.
with published as (
    select * from {{ ref('int_published__values') }}
    where release is not null and metric_id is not null
),

ranked as (
    select
        *,
        row_number() over (
            partition by release, collection_year, geography_code, metric_id, breakdown, category, unit
            order by case when value is null then 1 else 0 end, file_name
        ) as occurrence,
        count(*) over (
            partition by release, collection_year, geography_code, metric_id, breakdown, category, unit
        ) as file_count,
        min(coalesce(raw_value, '')) over (
            partition by release, collection_year, geography_code, metric_id, breakdown, category, unit
        ) as least_raw_value,
        max(coalesce(raw_value, '')) over (
            partition by release, collection_year, geography_code, metric_id, breakdown, category, unit
        ) as greatest_raw_value
    from published
),

final as (
    select
        release,
        published_on,
        collection_year,
        geographic_level,
        geography_code,
        geography_name,
        la_code,
        region_code,
        metric_id,
        breakdown,
        category,
        unit,
        value,
        symbol,
        raw_value,
        rounding_base,
        file_name,
        file_count,
        least_raw_value <> greatest_raw_value or is_contradicted as is_contradicted
    from ranked
    where occurrence = 1
)

select * from final
