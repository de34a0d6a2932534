-- One row per metric, breakdown, category and authority of England: DfE's latest figure of it.
select
    places.metric_id,
    catalogue.short_name as metric_name,
    catalogue.unit,
    metrics.unit_name,
    catalogue.polarity,
    places.breakdown,
    places.category,
    categories.category_name,
    cast(places.collection_year as integer) as collection_year,
    places.release,
    places.other_la_code,
    places.other_la_name,
    places.is_own,
    cast(places.neighbour_rank as integer) as neighbour_rank,
    places.value,
    places.display_value,
    displays.shown,
    cast(places.rank as integer) as rank,
    cast(places.quartile as integer) as quartile
from (select 1) as at_least_one_row
left join marts.metric_distribution as places on true
left join marts.metric_catalogue as catalogue on places.metric_id = catalogue.metric_id
left join site.metrics as metrics on places.metric_id = metrics.metric_id
left join site.categories as categories
    on places.breakdown = categories.breakdown and places.category = categories.category
left join site.displays as displays
    on catalogue.unit = displays.unit and places.display_value = displays.display_value
order by places.metric_id, places.breakdown, places.category, places.rank, places.other_la_code
