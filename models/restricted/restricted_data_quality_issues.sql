-- The same rows as data_quality_issues, with the child's own number and the delivered row, for those who put it right.
with issues as (
    select * from {{ ref('int_quality__issues') }}
),

keys as (
    select * from {{ ref('stg_reference__child_keys') }}
),

final as (
    select
        issues.la_code,
        issues.collection_year,
        issues.rule_id,
        issues.table_name,
        issues.child,
        keys.child_key,
        issues.concerns_on,
        issues.column_name,
        issues.message,
        issues.metrics_affected,
        issues.file_name,
        issues.row_number
    from issues
    left join keys on issues.la_code = keys.la_code and issues.child = keys.child
)

select * from final
