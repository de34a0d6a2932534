-- The first start of each child in the period.
with cohort as (
    select * from {{ ref('int_children_started') }}
),

keys as (
    select * from {{ ref('stg_reference__child_keys') }}
),

allocations as (
    select * from {{ ref('int_iro_allocation_of_starters') }}
),

final as (
    select
        cohort.la_code,
        cohort.period_type,
        cohort.period_start,
        cohort.period_end,
        keys.child_key,
        cohort.started_on,
        cohort.starts_in_period,
        cohort.age_band,
        cohort.sex,
        cohort.ethnicity_group,
        cohort.is_uasc,
        cohort.uasc,
        cohort.legal_status_code,
        cohort.legal_status_group,
        cohort.placement_group,
        cohort.category_of_need,
        cohort.is_taken_into_care,
        cohort.previous_permanence_code,
        cohort.has_previous_permanence_record,
        cohort.is_re_entry_after_permanence,
        allocations.allocation_due_on as iro_allocation_due_on,
        coalesce(allocations.is_in_allocation_cohort, false) as is_in_iro_allocation_cohort,
        coalesce(allocations.is_iro_allocated_on_time, false) as is_iro_allocated_on_time
    from cohort
    inner join keys on cohort.la_code = keys.la_code and cohort.child = keys.child
    left join allocations
        on
            cohort.la_code = allocations.la_code
            and cohort.period_type = allocations.period_type
            and cohort.period_end = allocations.period_end
            and cohort.child = allocations.child
)

select * from final
