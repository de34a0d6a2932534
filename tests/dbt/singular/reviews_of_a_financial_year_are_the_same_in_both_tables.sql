{%- set flags_of_held = [
    'is_undetermined', 'is_coded', 'has_participation', 'has_attendance', 'has_advocate', 'is_invited_on_time',
    'is_decision_limit_past', 'is_decision_on_time', 'is_record_limit_past', 'is_record_on_time',
    'is_consultation_expected', 'has_child_consultation', 'has_parent_consultation', 'has_carer_consultation',
    'has_parent_or_carer_consultation', 'has_plan_by_second_review'
] -%}
{%- set attributes = [
    'review_type', 'due_on', 'reviewed_on', 'is_outstanding', 'age_band', 'sex', 'ethnicity_group', 'iro_key',
    'participation_code', 'review_format', 'late_reason', 'has_iro_record', 'has_ssda903_record',
    'is_placed_for_adoption'
] -%}
/*
  A reader who picks the reviews held or judged in a financial year by their days finds those that reviews_by_period
  lists for it and no other, and each judged the same.
  Catches: a review that one of the two leaves out (a missed one, the next one that is not due yet), a rule that only
  one of them follows, and a naive count that is not the figure.
*/
with years as (
    select * from {{ ref('dim_period') }}
    where period_type = 'financial_year'
),

by_day as (
    select
        years.period_end,
        coalesce(reviews.reviewed_on between years.period_start and years.period_end, false) as was_held_then,
        coalesce(reviews.judged_on between years.period_start and years.period_end, false) as was_judged_then,
        reviews.*
    from {{ ref('reviews') }} as reviews
    inner join years
        on
            reviews.la_code = years.la_code
            and (
                reviews.reviewed_on between years.period_start and years.period_end
                or reviews.judged_on between years.period_start and years.period_end
            )
),

by_period as (
    select * from {{ ref('reviews_by_period') }}
    where period_type = 'financial_year'
)

select
    by_day.la_code as la_code_by_day,
    by_period.la_code as la_code_by_period,
    by_day.period_end,
    by_day.child_key,
    by_day.review_number
from by_day
full outer join by_period
    on
        by_day.la_code = by_period.la_code
        and by_day.period_end = by_period.period_end
        and by_day.child_key = by_period.child_key
        and by_day.period_of_care_started_on = by_period.period_of_care_started_on
        and by_day.review_number = by_period.review_number
where
    by_day.was_held_then is distinct from by_period.is_held
    or by_day.was_judged_then is distinct from by_period.is_due
    or (by_day.was_judged_then and by_day.is_on_time) is distinct from by_period.is_on_time
    or (by_day.was_judged_then and by_day.is_late) is distinct from by_period.is_late
    {%- for flag in flags_of_held %}
        or (by_day.was_held_then and by_day.{{ flag }}) is distinct from by_period.{{ flag }}
    {%- endfor %}
    {%- for attribute in attributes %}
        or by_day.{{ attribute }} is distinct from by_period.{{ attribute }}
    {%- endfor %}
