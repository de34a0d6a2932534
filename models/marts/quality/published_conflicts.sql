with published as (
    select * from {{ ref('int_published__values') }}
    where release is not null and metric_id is not null
),

contradicted as (
    select
        release,
        collection_year,
        geography_code,
        metric_id,
        breakdown,
        category,
        unit
    from published
    group by release, collection_year, geography_code, metric_id, breakdown, category, unit
    having
        min(coalesce(raw_value, '')) <> max(coalesce(raw_value, ''))
        or max(case when is_contradicted then 1 else 0 end) = 1
),

final as (
    select
        published.release,
        published.collection_year,
        published.geographic_level,
        published.geography_code,
        published.geography_name,
        published.metric_id,
        published.breakdown,
        published.category,
        published.unit,
        published.file_name,
        published.row_number,
        published.raw_value,
        published.is_contradicted as is_contradicted_within_file
    from published
    inner join contradicted
        on
            published.release = contradicted.release
            and published.collection_year = contradicted.collection_year
            and published.geography_code = contradicted.geography_code
            and published.metric_id = contradicted.metric_id
            and published.breakdown = contradicted.breakdown
            and published.category = contradicted.category
            and published.unit = contradicted.unit
)

select * from final
