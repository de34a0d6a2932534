-- Children looked after at the period end, with their rating and what their officer owes them.
with cohort as (
    select * from {{ ref('int_case_oversight') }}
),

child_keys as (
    select * from {{ ref('stg_reference__child_keys') }}
),

final as (
    select
        {{ contracted_columns('cohort', {
            'child_key': 'child_keys.child_key',
            'iro_key': 'cohort.iro',
            'is_oversight_on_time': 'cohort.is_on_time',
            'oversight_days_overdue': 'cohort.days_overdue'
        }) }}
    from cohort
    inner join child_keys on cohort.la_code = child_keys.la_code and cohort.child = child_keys.child
)

select * from final
