with audit as (
    select * from {{ ref('delivery_audit') }}
),

deliveries as (
    select * from {{ ref('dim_delivery') }}
),

totals as (
    select
        delivery_id,
        sum(rows_delivered) as rows_delivered,
        sum(rows_accepted) as rows_accepted,
        sum(rows_rejected) as rows_rejected,
        sum(rows_repaired) as rows_repaired,
        max(held_because) as held_because
    from audit
    group by delivery_id
),

final as (
    select
        deliveries.delivery_id,
        deliveries.la_code,
        deliveries.dataset,
        deliveries.collection_year,
        deliveries.extracted_on,
        deliveries.status,
        deliveries.is_current,
        deliveries.delivery_status,
        totals.held_because,
        deliveries.is_synthetic,
        cast(totals.rows_delivered as bigint) as rows_delivered,
        cast(totals.rows_accepted as bigint) as rows_accepted,
        cast(totals.rows_rejected as bigint) as rows_rejected,
        cast(totals.rows_repaired as bigint) as rows_repaired
    from totals
    inner join deliveries on totals.delivery_id = deliveries.delivery_id
)

select * from final
