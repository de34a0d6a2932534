-- One row per metric and month: the figure of the twelve months that end with it.
select
    cast(figures.period_end as varchar) as month_ends_on,
    figures.metric_id,
    catalogue.rank,
    catalogue.short_name as metric_name,
    catalogue.unit,
    metrics.unit_name,
    figures.value,
    figures.display_value,
    displays.shown
from (select 1) as at_least_one_row
left join marts.metric_values as figures
    on figures.period_type = 'rolling_year' and figures.breakdown = 'all' and figures.category = 'all'
left join marts.metric_catalogue as catalogue on figures.metric_id = catalogue.metric_id
left join site.metrics as metrics on figures.metric_id = metrics.metric_id
left join site.displays as displays
    on catalogue.unit = displays.unit and figures.display_value = displays.display_value
order by catalogue.rank, figures.period_end
