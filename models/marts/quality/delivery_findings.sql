-- What speaks against deliveries: why one is held, or would be had nobody accepted it.
with findings as (
    select * from {{ ref('int_returns__findings') }}
    union all
    select * from {{ ref('int_iro_extracts__findings') }}
),

deliveries as (
    select * from {{ ref('int_deliveries__current') }}
),

final as (
    select
        findings.delivery_id,
        deliveries.la_code,
        deliveries.dataset,
        deliveries.collection_year,
        findings.table_name,
        findings.bound_id,
        findings.observed,
        findings.allowed,
        findings.sentence,
        findings.is_held
    from findings
    inner join deliveries on findings.delivery_id = deliveries.delivery_id
)

select * from final
