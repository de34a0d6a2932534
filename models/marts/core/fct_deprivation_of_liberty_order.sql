with orders as (
    select * from {{ ref('stg_ssda903__dolo') }}
),

keys as (
    select * from {{ ref('stg_reference__child_keys') }}
),

ranked as (
    select
        *,
        row_number() over (partition by la_code, child, dolo_start order by collection_year desc) as recency
    from orders
),

final as (
    select
        {{ hash_key(['keys.child_key', 'ranked.dolo_start']) }} as deprivation_of_liberty_order_key,
        keys.child_key,
        ranked.la_code,
        ranked.dolo_start as started_on,
        ranked.dolo_end as ended_on,
        ranked.collection_year as last_collection_year
    from ranked
    inner join keys on ranked.la_code = keys.la_code and ranked.child = keys.child
    where ranked.recency = 1
)

select * from final
