-- Files of deliveries known at the build's date, and files that ingest could not give to any delivery.
with files as (
    select * from {{ ref('stg_landing__files') }}
    where is_rejected
),

deliveries as (
    select * from {{ ref('int_deliveries__current') }}
),

quality_rules as (
    select * from {{ ref('quality_rules') }}
),

final as (
    select
        files.delivery_id,
        files.file_name,
        files.table_name,
        files.rule_id,
        coalesce(files.message, quality_rules.sentence) as message
    from files
    left join deliveries on files.delivery_id = deliveries.delivery_id
    left join quality_rules on files.rule_id = quality_rules.rule_id
    where deliveries.delivery_id is not null or not files.is_loaded
)

select * from final
