-- Everyone looked after on any day of the period, with their incidents in it.
with cohort as (
    select * from {{ ref('int_children_looked_after_in_year') }}
),

keys as (
    select * from {{ ref('stg_reference__child_keys') }}
),

final as (
    select
        {{ contracted_columns('cohort', {
            'child_key': 'keys.child_key',
            'missing_incidents': 'cast(cohort.missing_incidents as bigint)',
            'away_incidents': 'cast(cohort.away_incidents as bigint)'
        }) }}
    from cohort
    inner join keys on cohort.la_code = keys.la_code and cohort.child = keys.child
)

select * from final
