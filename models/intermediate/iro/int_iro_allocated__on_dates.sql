{{ config(meta={'definition': '12.13'}) }}
with in_care as (
    select * from {{ ref('int_in_care__on_dates') }}
),

allocations as (
    select * from {{ ref('int_iro_allocations__effective') }}
),

keys as (
    select * from {{ ref('stg_reference__iro_keys') }}
),

final as (
    select
        in_care.la_code,
        in_care.as_of_on,
        in_care.child,
        allocations.iro_id,
        keys.iro_key
    from in_care
    inner join allocations
        on
            in_care.la_code = allocations.la_code
            and in_care.child = allocations.child
            and {{ is_live_on('in_care.as_of_on', 'allocations.from_on', 'allocations.to_on') }}
    inner join keys on allocations.la_code = keys.la_code and allocations.iro_id = keys.iro_id
)

select * from final
