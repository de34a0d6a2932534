-- One row per metric and year: the headline figure with last year's and its comparators side by side.
select
    cast(extract(year from figures.period_end) as integer) as year,
    figures.status,
    figures.metric_id,
    catalogue.name as metric_name,
    catalogue.section,
    metrics.section_name,
    metrics.section_position,
    catalogue.unit,
    metrics.unit_name,
    catalogue.polarity,
    figures.numerator,
    figures.denominator,
    figures.value,
    figures.display_value,
    displays.shown,
    changes.previous_value,
    previous.shown as previous_shown,
    changes.change,
    changes.relative_change_percent,
    england.comparator_value as england_value,
    england_displays.shown as england_shown,
    england.position as england_position,
    england.significant as england_significant,
    cast(england.comparator_collection_year as integer) as england_year,
    neighbours.comparator_value as neighbours_value,
    neighbours_displays.shown as neighbours_shown,
    neighbours.position as neighbours_position,
    neighbours.significant as neighbours_significant,
    cast(neighbours.comparator_collection_year as integer) as neighbours_year,
    region.comparator as region_name,
    region.comparator_value as region_value,
    region_displays.shown as region_shown,
    region.position as region_position,
    region.significant as region_significant,
    cast(region.comparator_collection_year as integer) as region_year,
    figures.is_suppressed
from (select 1) as at_least_one_row
left join marts.metric_values as figures
    on figures.period_type = 'financial_year' and figures.breakdown = 'all' and figures.category = 'all'
left join marts.metric_catalogue as catalogue on figures.metric_id = catalogue.metric_id
left join site.metrics as metrics on figures.metric_id = metrics.metric_id
left join site.displays as displays
    on catalogue.unit = displays.unit and figures.display_value = displays.display_value
left join marts.metric_changes as changes
    on
        figures.metric_id = changes.metric_id
        and figures.breakdown = changes.breakdown
        and figures.category = changes.category
        and figures.period_type = changes.period_type
        and figures.period_end = changes.period_end
left join site.displays as previous
    on catalogue.unit = previous.unit and changes.previous_display = previous.display_value
left join marts.metric_comparison as england
    on
        figures.metric_id = england.metric_id
        and figures.breakdown = england.breakdown
        and figures.category = england.category
        and figures.period_type = england.period_type
        and figures.period_end = england.period_end
        and england.comparator = 'England'
left join site.displays as england_displays
    on catalogue.unit = england_displays.unit and england.comparator_display = england_displays.display_value
left join marts.metric_comparison as neighbours
    on
        figures.metric_id = neighbours.metric_id
        and figures.breakdown = neighbours.breakdown
        and figures.category = neighbours.category
        and figures.period_type = neighbours.period_type
        and figures.period_end = neighbours.period_end
        and neighbours.comparator = 'Statistical neighbours'
left join site.displays as neighbours_displays
    on catalogue.unit = neighbours_displays.unit and neighbours.comparator_display = neighbours_displays.display_value
left join marts.metric_comparison as region
    on
        figures.metric_id = region.metric_id
        and figures.breakdown = region.breakdown
        and figures.category = region.category
        and figures.period_type = region.period_type
        and figures.period_end = region.period_end
        and region.comparator not in ('England', 'Statistical neighbours')
left join site.displays as region_displays
    on catalogue.unit = region_displays.unit and region.comparator_display = region_displays.display_value
order by metrics.section_position, figures.metric_id, figures.period_end
