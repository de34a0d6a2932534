-- One row per year, metric, breakdown, category and comparator that is published.
select
    comparisons.period_type,
    cast(extract(year from comparisons.period_end) as integer) as year,
    cast(comparisons.period_end as varchar) as period_end,
    comparisons.metric_id,
    catalogue.short_name as metric_name,
    catalogue.section,
    catalogue.unit,
    metrics.unit_name,
    catalogue.polarity,
    comparisons.breakdown,
    comparisons.category,
    categories.category_name,
    categories.category_position,
    comparisons.value,
    comparisons.previous_value,
    comparisons.change,
    comparisons.relative_change_percent,
    comparisons.value_low,
    comparisons.value_high,
    comparisons.comparator,
    comparisons.comparator_value,
    comparisons.comparator_display,
    others.shown as comparator_shown,
    cast(comparisons.comparator_collection_year as integer) as comparator_collection_year,
    comparisons.release,
    comparisons.neighbour_model,
    comparisons.method,
    cast(comparisons.neighbours_counted as integer) as neighbours_counted,
    cast(comparisons.neighbours_suppressed as integer) as neighbours_suppressed,
    comparisons.difference,
    comparisons.direction,
    comparisons.position,
    comparisons.verdict,
    comparisons.significant,
    comparisons.is_sparse,
    comparisons.is_printed
from (select 1) as at_least_one_row
left join marts.metric_comparison as comparisons on comparisons.period_type = 'financial_year'
left join marts.metric_catalogue as catalogue on comparisons.metric_id = catalogue.metric_id
left join site.metrics as metrics on comparisons.metric_id = metrics.metric_id
left join site.categories as categories
    on comparisons.breakdown = categories.breakdown and comparisons.category = categories.category
left join site.displays as others
    on catalogue.unit = others.unit and comparisons.comparator_display = others.display_value
order by
    comparisons.metric_id, comparisons.breakdown, categories.category_position, comparisons.category,
    comparisons.period_end, comparisons.comparator
