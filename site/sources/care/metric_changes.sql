-- One row per year, metric, breakdown and category: the figure beside that of the year before.
select
    changes.period_type,
    cast(extract(year from changes.period_end) as integer) as year,
    cast(changes.period_end as varchar) as period_end,
    changes.metric_id,
    catalogue.short_name as metric_name,
    catalogue.section,
    catalogue.unit,
    metrics.unit_name,
    catalogue.polarity,
    changes.breakdown,
    changes.category,
    categories.category_name,
    categories.category_position,
    changes.value,
    changes.display_value,
    displays.shown,
    changes.previous_value,
    changes.previous_display,
    previous.shown as previous_shown,
    changes.direction,
    changes.position,
    changes.verdict,
    changes.change,
    changes.relative_change_percent,
    changes.value_low,
    changes.value_high
from (select 1) as at_least_one_row
left join marts.metric_changes as changes on changes.period_type = 'financial_year'
left join marts.metric_catalogue as catalogue on changes.metric_id = catalogue.metric_id
left join site.metrics as metrics on changes.metric_id = metrics.metric_id
left join site.categories as categories
    on changes.breakdown = categories.breakdown and changes.category = categories.category
left join site.displays as displays
    on catalogue.unit = displays.unit and changes.display_value = displays.display_value
left join site.displays as previous
    on catalogue.unit = previous.unit and changes.previous_display = previous.display_value
order by changes.metric_id, changes.breakdown, categories.category_position, changes.category, changes.period_end
