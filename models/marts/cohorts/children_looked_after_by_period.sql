-- Children looked after at the period end, ready to be drilled to: each flag is one metric's rule.
with cohort as (
    select * from {{ ref('int_children_looked_after') }}
),

keys as (
    select * from {{ ref('stg_reference__child_keys') }}
),

final as (
    select
        cohort.la_code,
        cohort.period_type,
        cohort.period_start,
        cohort.period_end,
        keys.child_key,
        cohort.age_band,
        cohort.sex,
        cohort.ethnicity_group,
        cohort.is_uasc,
        cohort.uasc,
        cohort.legal_status_code,
        cohort.legal_status_group,
        cohort.placement_code,
        cohort.placement_group,
        cohort.placement_detail,
        cohort.is_in_temporary_placement,
        cohort.provider_group,
        cohort.locality,
        cohort.placement_authority_code,
        cast(cohort.distance_miles as decimal(6, 1)) as distance_miles,
        cohort.distance_band,
        cohort.category_of_need,
        cohort.period_of_care_started_on,
        cohort.is_left_censored,
        cohort.episode_started_on,
        cohort.is_over_20_miles,
        cohort.is_over_20_miles_outside_authority,
        cohort.is_under_16_unregulated,
        cohort.placements_in_period,
        cohort.has_three_or_more_placements,
        cohort.is_in_long_term_cohort,
        cohort.is_in_same_placement_two_years,
        cohort.is_long_term_undetermined,
        cohort.social_workers_in_year,
        cohort.has_three_or_more_social_workers,
        cohort.is_in_oc2_cohort,
        cohort.has_oc2_row,
        cohort.has_health_assessment,
        cohort.has_dental_check,
        cohort.has_immunisations,
        cohort.has_substance_misuse,
        cohort.is_in_development_cohort,
        cohort.has_development_check,
        cohort.is_in_conviction_cohort,
        cohort.is_convicted,
        cohort.is_in_sdq_cohort,
        cohort.has_sdq_score,
        cohort.sdq_score
    from cohort
    inner join keys on cohort.la_code = keys.la_code and cohort.child = keys.child
)

select * from final
