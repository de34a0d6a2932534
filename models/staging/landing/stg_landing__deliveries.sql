with delivered as (
    select * from {{ source('landing', 'deliveries') }}
),

final as (
    select
        delivery_id,
        la_code,
        dataset,
        collection_year,
        extracted_on,
        status,
        supplier,
        is_synthetic,
        declared_empty,
        content_hash,
        source_hash,
        file_count,
        loaded_at,
        replaced_content_hash,
        replaced_at
    from delivered
)

select * from final
