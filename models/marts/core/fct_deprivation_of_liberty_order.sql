with orders as (
    select * from {{ ref('stg_ssda903__dolo') }}
),

keys as (
    select * from {{ ref('stg_reference__child_keys') }}
),

latest as {{ latest_by_key('orders', ['child', 'dolo_start']) }},

final as (
    select
        {{ hash_key(['keys.child_key', 'latest.dolo_start']) }} as deprivation_of_liberty_order_key,
        keys.child_key,
        latest.la_code,
        latest.dolo_start as started_on,
        latest.dolo_end as ended_on,
        latest.collection_year as last_collection_year
    from latest
    inner join keys on latest.la_code = keys.la_code and latest.child = keys.child
)

select * from final
