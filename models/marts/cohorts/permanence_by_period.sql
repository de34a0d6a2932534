-- The permanence tracker at the period end: every child looked after, with plan, progress and what is overdue.
with cohort as (
    select * from {{ ref('int_permanence') }}
),

child_keys as (
    select * from {{ ref('stg_reference__child_keys') }}
),

final as (
    select
        {{ contracted_columns('cohort', {
            'child_key': 'child_keys.child_key',
            'iro_key': "coalesce(cohort.iro_key, 'Unknown')"
        }) }}
    from cohort
    inner join child_keys on cohort.la_code = child_keys.la_code and cohort.child = child_keys.child
)

select * from final
