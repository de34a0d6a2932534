-- Disputes raised in the period, open at its end or taken to Cafcass in it: each flag is one metric's rule.
with cohort as (
    select * from {{ ref('int_disputes') }}
),

child_keys as (
    select * from {{ ref('stg_reference__child_keys') }}
),

final as (
    select
        cohort.la_code,
        cohort.period_type,
        cohort.period_start,
        cohort.period_end,
        {{ hash_key(['cohort.la_code', 'child_keys.child_key', 'cohort.dispute_id']) }} as dispute_key,
        child_keys.child_key,
        coalesce(cohort.iro_key, 'Unknown') as iro_key,
        cohort.raised_on,
        cohort.resolution_due_on,
        cohort.resolved_on,
        cohort.dispute_category,
        cohort.dispute_stage,
        cohort.stage_reached,
        cohort.working_days_open,
        cohort.is_raised_in_period,
        cohort.is_good_practice,
        cohort.is_resolved,
        cohort.is_resolved_early,
        cohort.is_in_limit_denominator,
        cohort.is_within_limit,
        cohort.is_open_at_period_end,
        cohort.was_referred_to_cafcass_in_period
    from cohort
    left join child_keys on cohort.la_code = child_keys.la_code and cohort.child = child_keys.child
)

select * from final
