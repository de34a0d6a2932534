-- One row per year, metric, breakdown, category and group of authorities ranked; none before a DfE release is loaded.
select
    cast(ranks.collection_year as integer) as collection_year,
    ranks.metric_id,
    catalogue.name as metric_name,
    catalogue.section,
    catalogue.unit,
    ranks.breakdown,
    ranks.category,
    categories.category_name,
    ranks.release,
    ranks.ranked_among,
    ranks.neighbour_model,
    ranks.value,
    ranks.display_value,
    displays.shown,
    ranks.first_is,
    cast(ranks.rank as integer) as rank,
    cast(ranks.quartile as integer) as quartile,
    cast(ranks.authorities_counted as integer) as authorities_counted,
    cast(ranks.authorities_left_out as integer) as authorities_left_out
from (select 1) as at_least_one_row
left join marts.metric_ranks as ranks on true
left join marts.metric_catalogue as catalogue on ranks.metric_id = catalogue.metric_id
left join site.categories as categories
    on ranks.breakdown = categories.breakdown and ranks.category = categories.category
left join site.displays as displays
    on catalogue.unit = displays.unit and ranks.display_value = displays.display_value
order by
    ranks.metric_id, ranks.breakdown, ranks.category, ranks.collection_year, ranks.release, ranks.ranked_among,
    ranks.neighbour_model
