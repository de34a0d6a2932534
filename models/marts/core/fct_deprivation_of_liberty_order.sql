with orders as (
    select * from {{ ref('stg_ssda903__dolo') }}
),

children as (
    select * from {{ ref('int_children__attributes') }}
),

keys as (
    select * from {{ ref('stg_reference__child_keys') }}
),

latest as {{ latest_by_key('orders', ssda903_tables()['dolo']) }},

final as (
    select
        {{ hash_key(['keys.child_key', 'latest.dolo_start']) }} as deprivation_of_liberty_order_key,
        keys.child_key,
        latest.la_code,
        latest.dolo_start as started_on,
        {{ day_shown('latest.dolo_end', 'children.dob') }} as ended_on,
        latest.collection_year as last_collection_year
    from latest
    inner join keys on latest.la_code = keys.la_code and latest.child = keys.child
    left join children on latest.la_code = children.la_code and latest.child = children.child
)

select * from final
