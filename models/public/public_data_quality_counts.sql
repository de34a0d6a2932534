with counted as (
    select * from {{ ref('suppression_quality') }}
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

final as (
    select
        counted.la_code,
        counted.collection_year,
        counted.delivery_id,
        counted.effect,
        counted.rule_id,
        rules.sentence,
        metrics_affected.metrics_affected,
        case when not counted.is_hidden then counted.records end as records,
        case when counted.is_hidden then 'c' else cast(counted.records as varchar) end as display_value,
        counted.is_hidden as is_suppressed
    from counted
    left join rules on counted.rule_id = rules.rule_id
    left join metrics_affected on counted.rule_id = metrics_affected.rule_id
)

select * from final
