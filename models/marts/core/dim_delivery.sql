with deliveries as (
    select * from {{ ref('int_deliveries__current') }}
),

final as (
    select
        delivery_id,
        la_code,
        dataset,
        collection_year,
        extracted_on,
        coalesce(status, 'provisional') as status,
        is_usable,
        is_current,
        delivery_status,
        covers_to,
        is_synthetic,
        loaded_at,
        replaced_at
    from deliveries
)

select * from final
