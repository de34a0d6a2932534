-- One row per figure of a financial year and time at which it was otherwise than it was published before.
select
    cast(extract(year from revisions.period_end) as integer) as year,
    revisions.metric_id,
    catalogue.rank,
    catalogue.short_name as metric_name,
    revisions.breakdown,
    categories.breakdown_name,
    revisions.category,
    categories.category_name,
    categories.category_position,
    revisions.run_id,
    cast(cast(revisions.published_at as date) as varchar) as published_on,
    cast(cast(revisions.previous_published_at as date) as varchar) as previous_published_on,
    revisions.previous_display,
    previous.shown as previous_shown,
    revisions.display_value,
    displays.shown,
    revisions.because,
    revisions.new_deliveries
from (select 1) as at_least_one_row
left join marts.metric_revisions as revisions on revisions.period_type = 'financial_year'
left join marts.metric_catalogue as catalogue on revisions.metric_id = catalogue.metric_id
left join site.categories as categories
    on revisions.breakdown = categories.breakdown and revisions.category = categories.category
left join site.displays as displays
    on catalogue.unit = displays.unit and revisions.display_value = displays.display_value
left join site.displays as previous
    on catalogue.unit = previous.unit and revisions.previous_display = previous.display_value
order by
    revisions.run_id desc, revisions.period_end desc, catalogue.rank, revisions.breakdown, categories.category_position,
    revisions.category
