with rejected_lines as (
    select * from {{ source('landing', 'rejected_lines') }}
),

deliveries as (
    select * from {{ ref('stg_landing__deliveries') }}
),

final as (
    select
        rejected_lines.delivery_id,
        rejected_lines.file_name,
        rejected_lines.table_name,
        rejected_lines.row_number,
        rejected_lines.column_name,
        rejected_lines.rule_id,
        rejected_lines.message,
        rejected_lines.raw_content
    from rejected_lines
    inner join deliveries
        on
            rejected_lines.delivery_id = deliveries.delivery_id
            and rejected_lines.content_hash = deliveries.content_hash
)

select * from final
