-- Disputes raised in the period, open at its end or taken to Cafcass in it: each flag is one metric's rule.
with cohort as (
    select * from {{ ref('int_disputes') }}
),

child_keys as (
    select * from {{ ref('stg_reference__child_keys') }}
),

final as (
    select
        {{ contracted_columns('cohort', {
            'dispute_key': hash_key(['cohort.la_code', 'child_keys.child_key', 'cohort.dispute_id']),
            'child_key': 'child_keys.child_key',
            'iro_key': "coalesce(cohort.iro_key, 'Unknown')"
        }) }}
    from cohort
    left join child_keys on cohort.la_code = child_keys.la_code and cohort.child = child_keys.child
)

select * from final
