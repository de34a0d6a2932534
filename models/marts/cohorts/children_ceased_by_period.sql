-- The last end of each child in the period.
with cohort as (
    select * from {{ ref('int_children_ceased') }}
),

children as (
    select * from {{ ref('int_children__attributes') }}
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
        {{ day_shown('cohort.ended_on', 'children.dob') }} as ended_on,
        cohort.ends_in_period,
        cohort.age_band,
        cohort.sex,
        cohort.ethnicity_group,
        cohort.is_uasc,
        cohort.uasc,
        cohort.exit_reason_code,
        cohort.exit_reason,
        cohort.exit_group,
        cohort.is_to_permanence,
        cohort.is_to_legal_permanence,
        cohort.is_to_planned_permanence,
        cohort.period_of_care_started_on,
        cohort.is_left_censored,
        cohort.months_in_care,
        cohort.has_adoption_record,
        cohort.months_to_placement_for_adoption
    from cohort
    inner join keys on cohort.la_code = keys.la_code and cohort.child = keys.child
    left join children on cohort.la_code = children.la_code and cohort.child = children.child
)

select * from final
