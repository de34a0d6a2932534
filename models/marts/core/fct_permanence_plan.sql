with plans as (
    select * from {{ ref('stg_iro__permanence_plans') }}
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
        plans.achieved_on,
        plans.ended_on
    from plans
    inner join child_keys on plans.la_code = child_keys.la_code and plans.child = child_keys.child
)

select * from final
