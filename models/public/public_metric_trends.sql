-- The authority's own line from the public figures; the other lines are published already.
with trends as (
    select * from {{ ref('metric_trends') }}
),

figures as (
    select
        *,
        {{ collection_year_of('period_end') }} as collection_year
    from {{ ref('public_metric_values') }}
),

own as (
    select
        trends.la_code,
        trends.metric_id,
        trends.breakdown,
        trends.category,
        trends.series_name,
        trends.collection_year,
        figures.value,
        figures.display_value,
        trends.release
    from trends
    inner join figures
        on
            trends.la_code = figures.la_code
            and trends.metric_id = figures.metric_id
            and trends.breakdown = figures.breakdown
            and trends.category = figures.category
            and trends.collection_year = figures.collection_year
    where trends.series_name = 'Own figure'
),

of_others as (
    select
        la_code,
        metric_id,
        breakdown,
        category,
        series_name,
        collection_year,
        value,
        display_value,
        release
    from trends
    where series_name <> 'Own figure'
),

final as (
    select * from own
    union all
    select * from of_others
)

select * from final
