-- One row per year, metric, breakdown and category: every figure of the authority.
select
    figures.period_type,
    cast(extract(year from figures.period_end) as integer) as year,
    cast(figures.period_start as varchar) as period_start,
    cast(figures.period_end as varchar) as period_end,
    figures.status,
    cast(figures.as_known_at as varchar) as as_known_at,
    figures.metric_id,
    catalogue.short_name as metric_name,
    catalogue.section,
    metrics.section_name,
    catalogue.unit,
    metrics.unit_name,
    catalogue.polarity,
    figures.breakdown,
    categories.breakdown_name,
    figures.category,
    categories.category_name,
    categories.category_position,
    figures.numerator,
    figures.denominator,
    figures.value,
    figures.display_value,
    displays.shown,
    figures.denominator_source,
    cast(figures.undetermined as integer) as undetermined,
    figures.is_synthetic
from (select 1) as at_least_one_row
left join marts.metric_values as figures on figures.period_type = 'financial_year'
left join marts.metric_catalogue as catalogue on figures.metric_id = catalogue.metric_id
left join site.metrics as metrics on figures.metric_id = metrics.metric_id
left join site.categories as categories
    on figures.breakdown = categories.breakdown and figures.category = categories.category
left join site.displays as displays
    on catalogue.unit = displays.unit and figures.display_value = displays.display_value
order by
    catalogue.rank, figures.breakdown, categories.category_position, figures.category,
    figures.period_end
