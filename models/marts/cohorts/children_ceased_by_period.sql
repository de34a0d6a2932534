-- The last end of each child in the period.
with cohort as (
    select * from {{ ref('int_children_ceased') }}
),

children as (
    select * from {{ ref('int_children__attributes') }}
),

keys as (
    select * from {{ ref('stg_reference__child_keys') }}
),

final as (
    select
        {{ contracted_columns('cohort', {
            'child_key': 'keys.child_key',
            'ended_on': day_shown('cohort.ended_on', 'children.dob')
        }) }}
    from cohort
    inner join keys on cohort.la_code = keys.la_code and cohort.child = keys.child
    left join children on cohort.la_code = children.la_code and cohort.child = children.child
)

select * from final
