{{ config(meta={'definition': '12.6, 12.9, 12.10, 12.11'}) }}
-- Everything that a metric asks of a review, but for the period it falls in: one row for each review held, and for each
-- due and not held while the child was in care.
with schedule as (
    select * from {{ ref('int_reviews__schedule') }}
    where reviewed_on is not null or judged_on is not null
),

reviews as (
    select * from {{ ref('int_reviews__united') }}
),

children as (
    select * from {{ ref('int_children__attributes') }}
),

staff_keys as (
    select * from {{ ref('stg_reference__iro_keys') }}
),

consultations as (
    select * from {{ ref('stg_iro__pre_review_consultations') }}
),

second_reviews_planned as (
    select * from {{ ref('int_second_reviews__planned') }}
),

episodes as (
    select * from {{ ref('int_episodes__in_care') }}
),

days as (
    select * from {{ ref('int_calendar__days') }}
),

-- Since the review before, or since the period of care began.
consulted as (
    select
        schedule.la_code,
        schedule.child,
        schedule.reviewed_on,
        max(case when {{ code_is('consultations.consulted', 'child') }} then 1 else 0 end) as has_child,
        max(case when {{ code_is('consultations.consulted', 'parent') }} then 1 else 0 end) as has_parent,
        max(case when {{ code_is('consultations.consulted', 'carer') }} then 1 else 0 end) as has_carer
    from schedule
    inner join consultations
        on
            schedule.la_code = consultations.la_code
            and schedule.child = consultations.child
            and consultations.consulted_on <= schedule.reviewed_on
            and (
                consultations.consulted_on > schedule.previous_reviewed_on
                or (
                    schedule.previous_reviewed_on is null
                    and consultations.consulted_on >= schedule.period_of_care_started_on
                )
            )
    group by schedule.la_code, schedule.child, schedule.reviewed_on
),

-- They stay on the main clock, flagged: the adoption regulations have a timetable of their own.
placed_for_adoption as (
    select distinct
        schedule.la_code,
        schedule.child,
        schedule.period_number,
        schedule.review_number
    from schedule
    inner join episodes
        on
            schedule.la_code = episodes.la_code
            and schedule.child = episodes.child
            and schedule.period_number = episodes.period_number
            and {{ is_live_on(
                'coalesce(schedule.reviewed_on, schedule.due_on)', 'episodes.started_on', 'episodes.ended_on') }}
    where {{ is_placed_for_adoption('episodes.place') }}
),

joined as (
    select
        schedule.la_code,
        schedule.child,
        schedule.period_number,
        schedule.period_of_care_started_on,
        schedule.review_number,
        schedule.review_type,
        schedule.due_on,
        schedule.reviewed_on,
        schedule.judged_on,
        schedule.is_outstanding,
        schedule.is_due_unknown,
        schedule.is_on_time,
        {{ completed_years('children.dob', 'coalesce(schedule.reviewed_on, schedule.due_on)') }} as age,
        children.sex,
        children.ethnicity_group,
        staff_keys.iro_key,
        reviews.started_on,
        reviews.participation_code,
        reviews.review_format,
        reviews.late_reason,
        reviews.invitations_sent_on,
        reviews.record_distributed_on,
        reviews.decisions_sent_on,
        reviews.extracted_on,
        reviews.has_iro_record,
        reviews.has_ssda903_record,
        coalesce(consulted.has_child, 0) = 1 as has_child_consultation,
        coalesce(consulted.has_parent, 0) = 1 as has_parent_consultation,
        coalesce(consulted.has_carer, 0) = 1 as has_carer_consultation,
        placed_for_adoption.child is not null as is_placed_for_adoption,
        coalesce(second_reviews_planned.has_plan, false) as has_plan_by_second_review,
        invited.working_day_10_after as notice_given_until,
        held.working_day_5_after as decisions_due_on,
        held.working_day_20_after as record_due_on
    from schedule
    inner join children
        on schedule.la_code = children.la_code and schedule.child = children.child
    left join reviews
        on
            schedule.la_code = reviews.la_code
            and schedule.child = reviews.child
            and schedule.reviewed_on = reviews.reviewed_on
    left join staff_keys on reviews.la_code = staff_keys.la_code and reviews.iro_id = staff_keys.iro_id
    left join consulted
        on
            schedule.la_code = consulted.la_code
            and schedule.child = consulted.child
            and schedule.reviewed_on = consulted.reviewed_on
    left join placed_for_adoption
        on
            schedule.la_code = placed_for_adoption.la_code
            and schedule.child = placed_for_adoption.child
            and schedule.period_number = placed_for_adoption.period_number
            and schedule.review_number = placed_for_adoption.review_number
    left join second_reviews_planned
        on
            schedule.la_code = second_reviews_planned.la_code
            and schedule.child = second_reviews_planned.child
            and schedule.reviewed_on = second_reviews_planned.reviewed_on
    left join days as invited on reviews.invitations_sent_on = invited.date_day
    left join days as held on schedule.reviewed_on = held.date_day
),

final as (
    select
        la_code,
        child,
        period_number,
        period_of_care_started_on,
        review_number,
        review_type,
        due_on,
        reviewed_on,
        judged_on,
        is_outstanding,
        is_due_unknown,
        coalesce(is_on_time, false) as is_on_time,
        age,
        {{ age_band('age') }} as age_band,
        sex,
        ethnicity_group,
        coalesce(iro_key, 'Unknown') as iro_key,
        participation_code,
        coalesce(review_format, 'Unknown') as review_format,
        case when not is_on_time then {{ open_category('late_reason') }} end as late_reason,
        coalesce(has_iro_record, false) as has_iro_record,
        coalesce(has_ssda903_record, false) as has_ssda903_record,
        is_placed_for_adoption,
        has_plan_by_second_review,
        coalesce({{ code_is('participation_code', 'participation_coded') }}, false) as is_coded,
        coalesce({{ code_is('participation_code', 'participated') }}, false) as has_participation,
        coalesce({{ code_is('participation_code', 'attended') }}, false) as has_attendance,
        coalesce({{ code_is('participation_code', 'advocate') }}, false) as has_advocate,
        coalesce(notice_given_until <= coalesce(started_on, reviewed_on), false) as is_invited_on_time,
        coalesce(decisions_due_on <= extracted_on, false) as is_decision_limit_past,
        coalesce(
            decisions_due_on <= extracted_on and decisions_sent_on <= decisions_due_on, false
        ) as is_decision_on_time,
        coalesce(record_due_on <= extracted_on, false) as is_record_limit_past,
        coalesce(record_due_on <= extracted_on and record_distributed_on <= record_due_on, false) as is_record_on_time,
        reviewed_on is not null and coalesce(age >= 4, false) as is_consultation_expected,
        has_child_consultation and coalesce(age >= 4, false) as has_child_consultation,
        has_parent_consultation,
        has_carer_consultation,
        has_parent_consultation or has_carer_consultation as has_parent_or_carer_consultation
    from joined
)

select * from final
