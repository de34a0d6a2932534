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
        {{ contracted_columns('cohort', {
            'child_key': 'keys.child_key',
            'iro_allocation_due_on': 'allocations.allocation_due_on',
            'is_in_iro_allocation_cohort': 'coalesce(allocations.is_in_allocation_cohort, false)',
            'is_iro_allocated_on_time': 'coalesce(allocations.is_iro_allocated_on_time, false)'
        }) }}
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
