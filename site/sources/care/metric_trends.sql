-- One row per line and year of a metric's trend: the authority's own line and those of its comparators.
select
    trends.metric_id,
    catalogue.short_name as metric_name,
    catalogue.section,
    catalogue.unit,
    metrics.unit_name,
    catalogue.polarity,
    trends.breakdown,
    trends.category,
    categories.category_name,
    categories.category_position,
    trends.series_name,
    cast(trends.collection_year as integer) as collection_year,
    trends.value,
    trends.display_value,
    displays.shown,
    trends.release
from (select 1) as at_least_one_row
left join marts.metric_trends as trends on true
left join marts.metric_catalogue as catalogue on trends.metric_id = catalogue.metric_id
left join site.metrics as metrics on trends.metric_id = metrics.metric_id
left join site.categories as categories
    on trends.breakdown = categories.breakdown and trends.category = categories.category
left join site.displays as displays
    on catalogue.unit = displays.unit and trends.display_value = displays.display_value
order by
    trends.metric_id, trends.breakdown, categories.category_position, trends.category, trends.series_name,
    trends.collection_year
