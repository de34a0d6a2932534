with plans as (
    select * from {{ ref('stg_iro__permanence_plans') }}
),

children as (
    select * from {{ ref('int_children__attributes') }}
),

child_keys as (
    select * from {{ ref('stg_reference__child_keys') }}
),

final as (
    select
        {{ hash_key(['child_keys.child_key', 'plans.plan_id']) }} as permanence_plan_key,
        child_keys.child_key,
        plans.la_code,
        coalesce(plans.plan_type, 'Unknown') as plan_type,
        plans.agreed_on,
        coalesce(plans.parallel = 'Y', false) as is_parallel,
        {{ day_shown('plans.achieved_on', 'children.dob') }} as achieved_on,
        {{ day_shown('plans.ended_on', 'children.dob') }} as ended_on
    from plans
    inner join child_keys on plans.la_code = child_keys.la_code and plans.child = child_keys.child
    left join children on plans.la_code = children.la_code and plans.child = children.child
)

select * from final
