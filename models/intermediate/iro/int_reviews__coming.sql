{{ config(meta={'definition': '12.2'}) }}
-- The next review of each child in care on the latest day told of: when the law wants it, when the service plans it.
with dates as (
    select * from {{ ref('int_iro_dates') }}
    where is_latest
),

in_care as (
    select * from {{ ref('int_in_care__on_dates') }}
),

coming as (
    select * from {{ ref('int_reviews__on_dates') }}
),

allocated as (
    select * from {{ ref('int_iro_allocated__on_dates') }}
),

children as (
    select * from {{ ref('int_children__attributes') }}
),

recorded as (
    select * from {{ ref('stg_iro__reviews') }}
),

days as (
    select * from {{ ref('int_calendar__days') }}
),

working_days as (
    select
        date_day,
        working_day_number
    from days
    where is_working_day
),

-- A meeting that is planned and neither cancelled nor held; of several the first.
planned as (
    select
        recorded.la_code,
        recorded.child,
        recorded.scheduled_for,
        recorded.invitations_sent_on,
        row_number() over (
            partition by recorded.la_code, recorded.child
            order by recorded.scheduled_for, recorded.review_id
        ) as place_in_line
    from recorded
    inner join dates on recorded.la_code = dates.la_code
    where
        recorded.scheduled_for >= dates.as_of_on
        and recorded.started_on is null
        and recorded.completed_on is null
        and coalesce(recorded.cancelled, 'N') = 'N'
),

first_planned as (
    select * from planned
    where place_in_line = 1
),

joined as (
    select
        in_care.la_code,
        in_care.as_of_on,
        in_care.child,
        allocated.iro_id,
        in_care.period_of_care_started_on,
        coming.last_reviewed_on,
        coming.next_review_type as review_type,
        coming.next_review_due_on as due_on,
        first_planned.scheduled_for as planned_for,
        first_planned.invitations_sent_on,
        coalesce(first_planned.scheduled_for, coming.next_review_due_on) as meeting_on,
        {{ completed_years(
            'children.dob', 'coalesce(first_planned.scheduled_for, coming.next_review_due_on)') }} as age_at_meeting
    from dates
    inner join in_care on dates.la_code = in_care.la_code and dates.as_of_on = in_care.as_of_on
    inner join coming
        on
            in_care.la_code = coming.la_code
            and in_care.as_of_on = coming.as_of_on
            and in_care.child = coming.child
    inner join children on in_care.la_code = children.la_code and in_care.child = children.child
    left join allocated
        on
            in_care.la_code = allocated.la_code
            and in_care.as_of_on = allocated.as_of_on
            and in_care.child = allocated.child
    left join first_planned on in_care.la_code = first_planned.la_code and in_care.child = first_planned.child
),

-- The last working day from which ten more lead to the meeting.
final as (
    select
        joined.*,
        latest.date_day as invite_by
    from joined
    left join days on joined.meeting_on = days.date_day
    left join working_days as latest on days.working_day_number - 10 = latest.working_day_number
)

select * from final
