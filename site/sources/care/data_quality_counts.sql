-- One row per collection year, delivery, rule and effect: how many records the rule touched.
select
    cast(counts.collection_year as integer) as collection_year,
    counts.delivery_id,
    counts.effect,
    counts.rule_id,
    counts.sentence,
    counts.metrics_affected,
    cast(counts.records as integer) as records,
    counts.display_value,
    displays.shown,
    counts.is_suppressed
from (select 1) as at_least_one_row
left join marts.data_quality_counts as counts on true
left join site.displays as displays on displays.unit = 'children' and counts.display_value = displays.display_value
order by counts.collection_year, counts.delivery_id, counts.effect, counts.rule_id
