with repaired_records as (
    select * from {{ ref('restricted_repaired_records') }}
),

final as (
    select
        delivery_id,
        file_name,
        row_number,
        table_name,
        column_name,
        rule_id,
        message
    from repaired_records
)

select * from final
