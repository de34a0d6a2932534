{{ config(materialized='view', meta={'definition': '12.3, 12.4, 12.5, 12.9, 12.10'}) }}
-- A review and the periods it is counted in: by its own day among those held, by the earlier of due day and own day
-- among those that should have been on time. A view, since a year's review lies in thirteen periods.
with periods as (
    select * from {{ ref('int_periods__published') }}
),

reviews as (
    select * from {{ ref('int_reviews__judged') }}
),

placed as (
    select
        periods.period_type,
        periods.period_start,
        periods.period_end,
        reviews.*,
        coalesce(reviews.reviewed_on between periods.period_start and periods.period_end, false) as is_held,
        coalesce(reviews.judged_on between periods.period_start and periods.period_end, false) as is_due
    from periods
    inner join reviews
        on
            periods.la_code = reviews.la_code
            and (
                reviews.reviewed_on between periods.period_start and periods.period_end
                or reviews.judged_on between periods.period_start and periods.period_end
            )
),

final as (
    select
        la_code,
        period_type,
        period_start,
        period_end,
        child,
        reviewed_on,
        due_on,
        review_number,
        review_type,
        is_outstanding,
        period_of_care_started_on,
        age,
        age_band,
        sex,
        ethnicity_group,
        iro_key,
        participation_code,
        review_format,
        late_reason,
        has_iro_record,
        has_ssda903_record,
        is_placed_for_adoption,
        is_held,
        is_due,
        is_due and is_on_time as is_on_time,
        is_due and not is_on_time as is_late,
        is_held and not is_due_unknown as is_held_with_known_due,
        is_held and is_on_time as is_held_on_time,
        is_held and is_due_unknown as is_undetermined,
        is_held and is_coded as is_coded,
        is_held and has_participation as has_participation,
        is_held and has_attendance as has_attendance,
        is_held and has_advocate as has_advocate,
        is_held and is_invited_on_time as is_invited_on_time,
        is_held and is_decision_limit_past as is_decision_limit_past,
        is_held and is_decision_on_time as is_decision_on_time,
        is_held and is_record_limit_past as is_record_limit_past,
        is_held and is_record_on_time as is_record_on_time,
        is_held and is_consultation_expected as is_consultation_expected,
        is_held and has_child_consultation as has_child_consultation,
        is_held and has_parent_consultation as has_parent_consultation,
        is_held and has_carer_consultation as has_carer_consultation,
        is_held and has_parent_or_carer_consultation as has_parent_or_carer_consultation,
        is_held and has_plan_by_second_review as has_plan_by_second_review
    from placed
)

select * from final
