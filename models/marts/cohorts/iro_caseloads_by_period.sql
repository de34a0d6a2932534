-- Officers in post at the period end, ready to be drilled to.
with cohort as (
    select * from {{ ref('int_iro_caseloads') }}
),

final as (
    select
        cohort.la_code,
        cohort.period_type,
        cohort.period_start,
        cohort.period_end,
        cohort.iro_key,
        cohort.employment,
        cohort.sex,
        cohort.ethnicity_group,
        cohort.fte as full_time_equivalent,
        cohort.has_fte as has_full_time_equivalent,
        cohort.children,
        cohort.caseload,
        cohort.is_within_handbook,
        cohort.lowest_caseload,
        cohort.highest_caseload,
        cohort.month_ends
    from cohort
)

select * from final
