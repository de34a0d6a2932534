-- Officers in post at the period end, ready to be drilled to.
with cohort as (
    select * from {{ ref('int_iro_caseloads') }}
),

final as (
    select
        {{ contracted_columns('cohort', {
            'full_time_equivalent': 'cohort.fte',
            'has_full_time_equivalent': 'cohort.has_fte'
        }) }}
    from cohort
)

select * from final
