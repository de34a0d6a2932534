-- Children with a review held or due in a period, for the two metrics that count children instead of reviews.
with cohort as (
    select * from {{ ref('int_children_reviewed') }}
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
