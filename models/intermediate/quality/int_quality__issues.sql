-- Every breach of every rule in one shape, with the rule's sentence and the metrics that it can make wrong.
{% set themes = [
    'children', 'files', 'codes', 'episodes', 'chains', 'respite', 'placements', 'locations', 'permanence', 'reviews',
    'outcomes', 'care_leavers', 'missing', 'social_workers', 'uasc', 'deprivation_of_liberty', 'returns',
    'review_records', 'iro_records', 'iro_service', 'disputes'
] -%}
with
{% for theme in themes %}
    {{ theme }} as (
        select * from {{ ref('int_quality__' ~ theme) }}
    ),

{% endfor %}

rules as (
    select * from {{ ref('quality_rules') }}
),

rule_metrics as (
    select * from {{ ref('rule_metrics') }}
),

catalogue as (
    select * from {{ ref('metric_definitions') }}
),

tables_of_metrics as (
    select
        metric_id,
        {{ string_list_explode('source_tables', ';') }} as table_name
    from catalogue
),

-- A table that was not delivered takes with it the metrics made from it; for other rules the seed says which.
affected as (
    select
        rule_id,
        cast(null as string) as table_name,
        {{ string_list_aggregate('metric_id') }} as metrics_affected
    from rule_metrics
    group by rule_id
    union all
    select
        rules.rule_id,
        tables_of_metrics.table_name,
        {{ string_list_aggregate('tables_of_metrics.metric_id') }} as metrics_affected
    from tables_of_metrics
    inner join rules on rules.rule_id in ('table_not_delivered', 'table_without_rows')
    group by
        rules.rule_id,
        tables_of_metrics.table_name
),

issues as (
    {{ all_rows_of(themes) }}
),

final as (
    select
        issues.rule_id,
        issues.la_code,
        issues.collection_year,
        issues.table_name,
        issues.child,
        issues.concerns_on,
        issues.column_name,
        replace(rules.sentence, '{column}', upper(coalesce(issues.column_name, ''))) as message,
        affected.metrics_affected,
        issues.file_name,
        issues.row_number
    from issues
    left join rules on issues.rule_id = rules.rule_id
    left join affected
        on
            issues.rule_id = affected.rule_id
            and (affected.table_name is null or issues.table_name = affected.table_name)
)

select * from final
