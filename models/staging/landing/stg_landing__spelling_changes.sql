with spelling_changes as (
    select * from {{ source('landing', 'spelling_changes') }}
),

deliveries as (
    select * from {{ ref('stg_landing__deliveries') }}
),

final as (
    select
        spelling_changes.delivery_id,
        spelling_changes.file_name,
        spelling_changes.table_name,
        spelling_changes.column_name,
        spelling_changes.rule_id,
        spelling_changes.cells
    from spelling_changes
    inner join deliveries
        on
            spelling_changes.delivery_id = deliveries.delivery_id
            and spelling_changes.content_hash = deliveries.content_hash
)

select * from final
