-- As delivered; which officer counts on a day where several overlap is resolved in the cohorts.
with allocations as (
    select * from {{ ref('stg_iro__iro_allocations') }}
),

children as (
    select * from {{ ref('int_children__attributes') }}
),

child_keys as (
    select * from {{ ref('stg_reference__child_keys') }}
),

iro_keys as (
    select * from {{ ref('stg_reference__iro_keys') }}
),

-- One that ends on the day it began runs on none.
running as (
    select * from allocations
    where ended_on is null or ended_on > allocated_on
),

overlapping as (
    select distinct
        running.la_code,
        running.child,
        running.iro_id,
        running.allocated_on
    from running
    inner join running as beside
        on
            running.la_code = beside.la_code
            and running.child = beside.child
            and (beside.ended_on is null or beside.ended_on > running.allocated_on)
            and (running.ended_on is null or running.ended_on > beside.allocated_on)
            and (running.iro_id <> beside.iro_id or running.allocated_on <> beside.allocated_on)
),

final as (
    select
        {{ hash_key(['child_keys.child_key', 'iro_keys.iro_key', 'allocations.allocated_on']) }} as iro_allocation_key,
        child_keys.child_key,
        iro_keys.iro_key,
        allocations.la_code,
        allocations.allocated_on,
        {{ day_shown('allocations.ended_on', 'children.dob') }} as ended_on,
        overlapping.child is not null as has_overlap
    from allocations
    inner join child_keys on allocations.la_code = child_keys.la_code and allocations.child = child_keys.child
    left join children on allocations.la_code = children.la_code and allocations.child = children.child
    inner join iro_keys on allocations.la_code = iro_keys.la_code and allocations.iro_id = iro_keys.iro_id
    left join overlapping
        on
            allocations.la_code = overlapping.la_code
            and allocations.child = overlapping.child
            and allocations.iro_id = overlapping.iro_id
            and allocations.allocated_on = overlapping.allocated_on
)

select * from final
