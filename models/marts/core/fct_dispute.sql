with disputes as (
    select * from {{ ref('int_disputes__measured') }}
),

child_keys as (
    select * from {{ ref('stg_reference__child_keys') }}
),

iro_keys as (
    select * from {{ ref('stg_reference__iro_keys') }}
),

final as (
    select
        {{ hash_key(['disputes.la_code', 'child_keys.child_key', 'disputes.dispute_id']) }} as dispute_key,
        child_keys.child_key,
        coalesce(iro_keys.iro_key, 'Unknown') as iro_key,
        disputes.la_code,
        disputes.dispute_category,
        disputes.is_good_practice,
        disputes.raised_on,
        disputes.resolution_due_on,
        disputes.current_stage,
        disputes.resolved_on,
        disputes.resolved_stage,
        disputes.cafcass_referred_on,
        disputes.working_days_to_resolution,
        disputes.stages_entered,
        disputes.bypassed_stages
    from disputes
    left join child_keys on disputes.la_code = child_keys.la_code and disputes.child = child_keys.child
    left join iro_keys on disputes.la_code = iro_keys.la_code and disputes.iro_id = iro_keys.iro_id
)

select * from final
