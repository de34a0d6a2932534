-- One row per collection year, delivery, effect and rule: how often the rule was broken.
select
    cast(counts.collection_year as integer) as collection_year,
    counts.delivery_id,
    counts.effect,
    counts.rule_id,
    counts.sentence,
    counts.metrics_affected,
    cast(counts.records as integer) as records
from (select 1) as at_least_one_row
left join marts.data_quality_counts as counts on true
order by counts.collection_year desc, counts.effect, counts.rule_id, counts.delivery_id
