-- One row per year and figure that DfE published of the authority, beside the one that its return gives here.
select
    cast(comparisons.collection_year as integer) as year,
    comparisons.metric_id,
    catalogue.rank,
    catalogue.short_name as metric_name,
    comparisons.breakdown,
    categories.breakdown_name,
    comparisons.category,
    categories.category_name,
    categories.category_position,
    comparisons.own_display,
    own.shown as own_shown,
    comparisons.published_display,
    published.shown as published_shown,
    comparisons.release,
    comparisons.agrees,
    comparisons.likely_reason,
    comparisons.explanation
from (select 1) as at_least_one_row
left join marts.own_return_comparison as comparisons on true
left join marts.metric_catalogue as catalogue on comparisons.metric_id = catalogue.metric_id
left join site.categories as categories
    on comparisons.breakdown = categories.breakdown and comparisons.category = categories.category
left join site.displays as own on catalogue.unit = own.unit and comparisons.own_display = own.display_value
left join site.displays as published
    on catalogue.unit = published.unit and comparisons.published_display = published.display_value
order by
    comparisons.collection_year desc, catalogue.rank, comparisons.breakdown, categories.category_position,
    comparisons.category
