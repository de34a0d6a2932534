{{ config(meta={'definition': '0'}) }}
-- One release says a thing once. Where its files differ, int_dfe__contested says which of them counts; where
-- nothing decides, the figure is not available, and never that of the first file.
with published as (
    select * from {{ ref('int_dfe__values') }}
    where release is not null and metric_id is not null
),

contested as (
    select * from {{ ref('int_dfe__contested') }}
),

joined as (
    select
        published.*,
        coalesce(contested.is_conflict, false) as is_contested,
        coalesce(contested.is_used, false) as is_used,
        coalesce(contested.is_decided, true) as is_decided
    from published
    left join contested
        on
            published.file_id = contested.file_id
            and published.collection_year = contested.collection_year
            and published.geography_code = contested.geography_code
            and published.metric_id = contested.metric_id
            and published.breakdown = contested.breakdown
            and published.category = contested.category
            and published.unit = contested.unit
),

ranked as (
    select
        *,
        row_number() over (
            partition by release, collection_year, geography_code, metric_id, breakdown, category, unit
            order by
                case when is_used then 0 else 1 end,
                case when value is not null then 0 when symbol is not null then 1 else 2 end,
                file_name
        ) as occurrence,
        count(*) over (
            partition by release, collection_year, geography_code, metric_id, breakdown, category, unit
        ) as file_count,
        max(case when is_contested then 1 else 0 end) over (
            partition by release, collection_year, geography_code, metric_id, breakdown, category, unit
        ) = 1 as is_disputed,
        min(case when is_decided then 1 else 0 end) over (
            partition by release, collection_year, geography_code, metric_id, breakdown, category, unit
        ) = 0 as is_withheld
    from joined
),

final as (
    select
        release,
        case when not is_withheld then published_on end as published_on,
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
        case when not is_withheld then value end as value,
        case when is_withheld then 'x' else symbol end as symbol,
        case when not is_withheld then raw_value end as raw_value,
        rounding_base,
        case when not is_withheld then file_name end as file_name,
        file_count,
        is_disputed as is_contradicted,
        is_withheld
    from ranked
    where occurrence = 1
)

select * from final
