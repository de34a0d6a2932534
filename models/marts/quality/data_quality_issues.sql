-- What is wrong with the data and how the figures treat it; nothing here names a child or quotes a value.
with issues as (
    select * from {{ ref('restricted_data_quality_issues') }}
),

final as (
    select
        la_code,
        collection_year,
        rule_id,
        table_name,
        child_key,
        concerns_on,
        column_name,
        message,
        metrics_affected
    from issues
)

select * from final
