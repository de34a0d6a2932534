-- One row per metric: what it counts and how it is read.
select
    catalogue.metric_id,
    catalogue.rank,
    catalogue.name,
    catalogue.short_name,
    catalogue.section,
    metrics.section_name,
    catalogue.unit,
    metrics.unit_name,
    catalogue.polarity,
    catalogue.numerator,
    catalogue.denominator,
    catalogue.breakdowns,
    catalogue.definition,
    catalogue.defined_in,
    catalogue.grade,
    catalogue.codes_used,
    catalogue.source,
    catalogue.dataset,
    catalogue.source_tables
from (select 1) as at_least_one_row
left join marts.metric_catalogue as catalogue on true
left join site.metrics as metrics on catalogue.metric_id = metrics.metric_id
order by catalogue.rank
