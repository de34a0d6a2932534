-- Each dispute once, as it stood on the authority's latest published day.
with dated as (
    select * from {{ ref('int_disputes__on_dates') }}
    where is_latest
),

child_keys as (
    select * from {{ ref('stg_reference__child_keys') }}
),

final as (
    select
        dated.la_code,
        {{ hash_key(['dated.la_code', 'child_keys.child_key', 'dated.dispute_id']) }} as dispute_key,
        child_keys.child_key,
        coalesce(dated.iro_key, 'Unknown') as iro_key,
        dated.as_of_on,
        dated.raised_on,
        dated.resolution_due_on,
        dated.resolved_on,
        dated.dispute_category,
        dated.dispute_stage,
        dated.stage_reached,
        dated.working_days_open,
        dated.is_good_practice,
        dated.is_resolved,
        dated.is_resolved_early,
        dated.is_in_limit_denominator,
        dated.is_within_limit,
        dated.is_open,
        coalesce(dated.cafcass_referred_on <= dated.as_of_on, false) as was_referred_to_cafcass
    from dated
    left join child_keys on dated.la_code = child_keys.la_code and dated.child = child_keys.child
)

select * from final
