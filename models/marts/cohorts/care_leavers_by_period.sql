-- Care leavers of the financial year's return.
with cohort as (
    select * from {{ ref('int_care_leavers') }}
),

keys as (
    select * from {{ ref('stg_reference__child_keys') }}
),

final as (
    select
        {{ contracted_columns('cohort', {'child_key': 'keys.child_key'}) }}
    from cohort
    inner join keys on cohort.la_code = keys.la_code and cohort.child = keys.child
)

select * from final
