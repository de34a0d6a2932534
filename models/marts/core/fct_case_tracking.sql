with tracking as (
    select * from {{ ref('stg_iro__case_tracking') }}
),

child_keys as (
    select * from {{ ref('stg_reference__child_keys') }}
),

iro_keys as (
    select * from {{ ref('stg_reference__iro_keys') }}
),

final as (
    select
        {{ hash_key(['child_keys.child_key', 'tracking.tracking_id']) }} as case_tracking_key,
        child_keys.child_key,
        coalesce(iro_keys.iro_key, 'Unknown') as iro_key,
        tracking.la_code,
        tracking.tracked_on
    from tracking
    inner join child_keys on tracking.la_code = child_keys.la_code and tracking.child = child_keys.child
    left join iro_keys on tracking.la_code = iro_keys.la_code and tracking.iro_id = iro_keys.iro_id
)

select * from final
