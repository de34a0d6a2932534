-- Each review once: those held, and those that by the authority's latest published day were due and not held. The next
-- one, not due yet, has no row, so that a count of rows is one of reviews that were or should have been.
with judged as (
    select * from {{ ref('int_reviews__judged') }}
),

keys as (
    select * from {{ ref('stg_reference__child_keys') }}
),

latest_days as (
    select
        la_code,
        max(period_end) as period_end
    from {{ ref('int_periods__published') }}
    group by la_code
),

final as (
    select
        judged.la_code,
        case
            when judged.reviewed_on is not null then {{ hash_key(['keys.child_key', 'judged.reviewed_on']) }}
        end as review_key,
        keys.child_key,
        judged.period_of_care_started_on,
        judged.review_number,
        judged.review_type,
        judged.due_on,
        judged.reviewed_on,
        judged.judged_on,
        judged.is_outstanding,
        judged.age_band,
        judged.sex,
        judged.ethnicity_group,
        judged.iro_key,
        judged.participation_code,
        judged.review_format,
        judged.late_reason,
        judged.has_iro_record,
        judged.has_ssda903_record,
        judged.is_placed_for_adoption,
        judged.reviewed_on is not null as is_held,
        judged.judged_on is not null as is_due,
        judged.judged_on is not null and judged.is_on_time as is_on_time,
        judged.judged_on is not null and not judged.is_on_time as is_late,
        judged.is_due_unknown as is_undetermined,
        judged.is_coded,
        judged.has_participation,
        judged.has_attendance,
        judged.has_advocate,
        judged.is_invited_on_time,
        judged.is_decision_limit_past,
        judged.is_decision_on_time,
        judged.is_record_limit_past,
        judged.is_record_on_time,
        judged.is_consultation_expected,
        judged.has_child_consultation,
        judged.has_parent_consultation,
        judged.has_carer_consultation,
        judged.has_parent_or_carer_consultation,
        judged.has_plan_by_second_review
    from judged
    inner join keys on judged.la_code = keys.la_code and judged.child = keys.child
    left join latest_days on judged.la_code = latest_days.la_code
    where judged.reviewed_on is not null or judged.judged_on <= latest_days.period_end
)

select * from final
