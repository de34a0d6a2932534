with rejected_records as (
    select * from {{ ref('restricted_rejected_records') }}
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
    from rejected_records
)

select * from final
