-- Care leavers of the financial year's return.
with cohort as (
    select * from {{ ref('int_care_leavers') }}
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
        cohort.care_leaver_age,
        cohort.sex,
        cohort.ethnicity_group,
        cohort.in_touch_code,
        cohort.activity_code,
        cohort.activity_group,
        cohort.accommodation_code,
        cohort.accommodation_group,
        cohort.is_in_touch,
        cohort.is_in_education_employment_training,
        cohort.is_in_accommodation_cohort,
        cohort.is_in_suitable_accommodation
    from cohort
    inner join keys on cohort.la_code = keys.la_code and cohort.child = keys.child
)

select * from final
