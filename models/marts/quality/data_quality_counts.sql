-- How often each rule was broken. Rows that were rejected or repaired belong to a delivery; records that were used as
-- they are, to what all deliveries of an authority say together.
with rejected as (
    select * from {{ ref('rejected_records') }}
),

repaired as (
    select * from {{ ref('repaired_records') }}
),

issues as (
    select * from {{ ref('data_quality_issues') }}
),

deliveries as (
    select * from {{ ref('dim_delivery') }}
),

rules as (
    select * from {{ ref('quality_rules') }}
),

rule_metrics as (
    select * from {{ ref('rule_metrics') }}
),

metrics_affected as (
    select
        rule_id,
        {{ string_list_aggregate('metric_id') }} as metrics_affected
    from rule_metrics
    group by rule_id
),

broken as (
    select
        delivery_id,
        'reject' as effect,
        rule_id
    from rejected
    union all
    select
        delivery_id,
        'repair' as effect,
        rule_id
    from repaired
),

counted as (
    select
        deliveries.la_code,
        deliveries.collection_year,
        broken.delivery_id,
        broken.effect,
        broken.rule_id,
        count(*) as records
    from broken
    inner join deliveries on broken.delivery_id = deliveries.delivery_id
    group by deliveries.la_code, deliveries.collection_year, broken.delivery_id, broken.effect, broken.rule_id
    union all
    select
        la_code,
        collection_year,
        cast(null as string) as delivery_id,
        'report' as effect,
        rule_id,
        count(*) as records
    from issues
    group by la_code, collection_year, rule_id
),

final as (
    select
        counted.la_code,
        counted.collection_year,
        counted.delivery_id,
        counted.effect,
        counted.rule_id,
        rules.sentence,
        metrics_affected.metrics_affected,
        cast(counted.records as bigint) as records
    from counted
    left join rules on counted.rule_id = rules.rule_id
    left join metrics_affected on counted.rule_id = metrics_affected.rule_id
)

select * from final
