with stages as (
    select * from {{ ref('int_dispute_stages__timed') }}
),

child_keys as (
    select * from {{ ref('stg_reference__child_keys') }}
),

final as (
    select
        {{ hash_key(['stages.la_code', 'child_keys.child_key', 'stages.dispute_id']) }} as dispute_key,
        stages.la_code,
        stages.stage_number,
        stages.stage as dispute_stage,
        stages.entered_on,
        stages.left_on,
        stages.working_days
    from stages
    left join child_keys on stages.la_code = child_keys.la_code and stages.child = child_keys.child
)

select * from final
