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
        cohort.la_code,
        cohort.period_type,
        cohort.period_start,
        cohort.period_end,
        keys.child_key,
        cohort.period_of_care_started_on,
        cohort.review_number,
        cohort.review_type,
        cohort.due_on,
        cohort.reviewed_on,
        cohort.is_outstanding,
        cohort.age_band,
        cohort.sex,
        cohort.ethnicity_group,
        cohort.iro_key,
        cohort.participation_code,
        cohort.review_format,
        cohort.late_reason,
        cohort.has_iro_record,
        cohort.has_ssda903_record,
        cohort.is_placed_for_adoption,
        cohort.is_held,
        cohort.is_due,
        cohort.is_on_time,
        cohort.is_late,
        cohort.is_held_with_known_due,
        cohort.is_held_on_time,
        cohort.is_undetermined,
        cohort.is_coded,
        cohort.has_participation,
        cohort.has_attendance,
        cohort.has_advocate,
        cohort.is_invited_on_time,
        cohort.is_decision_limit_past,
        cohort.is_decision_on_time,
        cohort.is_record_limit_past,
        cohort.is_record_on_time,
        cohort.is_consultation_expected,
        cohort.has_child_consultation,
        cohort.has_parent_consultation,
        cohort.has_carer_consultation,
        cohort.has_parent_or_carer_consultation,
        cohort.has_plan_by_second_review
    from cohort
    inner join keys on cohort.la_code = keys.la_code and cohort.child = keys.child
)

select * from final
