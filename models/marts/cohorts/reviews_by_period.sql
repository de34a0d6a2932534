-- Reviews held or due in a period, ready to be drilled to: each flag is one metric's rule. What happened before and
-- after a review, day by day, stands once in fct_review.
with cohort as (
    select * from {{ ref('int_reviews') }}
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
