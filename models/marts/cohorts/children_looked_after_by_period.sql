-- Children looked after at the period end, ready to be drilled to: each flag is one metric's rule.
with cohort as (
    select * from {{ ref('int_children_looked_after') }}
),

keys as (
    select * from {{ ref('stg_reference__child_keys') }}
),

final as (
    select
        {{ contracted_columns('cohort', {
            'child_key': 'keys.child_key',
            'distance_miles': 'cast(cohort.distance_miles as decimal(6, 1))'
        }) }}
    from cohort
    inner join keys on cohort.la_code = keys.la_code and cohort.child = keys.child
)

select * from final
