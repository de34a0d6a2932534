-- One row per month and metric that is counted by month.
select
    cast(extract(year from months.period_end) as integer) as year,
    cast(months.period_end as varchar) as period_end,
    cast(months.month_ends_on as varchar) as month_ends_on,
    months.metric_id,
    catalogue.short_name as metric_name,
    catalogue.section,
    catalogue.unit,
    metrics.unit_name,
    months.numerator,
    months.denominator,
    months.value,
    months.display_value,
    displays.shown,
    months.status
from (select 1) as at_least_one_row
left join marts.metric_months as months on true
left join marts.metric_catalogue as catalogue on months.metric_id = catalogue.metric_id
left join site.metrics as metrics on months.metric_id = metrics.metric_id
left join site.displays as displays
    on catalogue.unit = displays.unit and months.display_value = displays.display_value
order by months.metric_id, months.month_ends_on
