{{ config(meta={'work_list': '6 Disputes past their limit'}) }}
-- Disputes still open after their twentieth working day, the oldest first; recognitions of good practice have no limit.
with dates as (
    select * from {{ ref('int_iro_dates') }}
    where is_latest
),

disputes as (
    select * from {{ ref('int_disputes__measured') }}
    where not is_good_practice
),

days as (
    select * from {{ ref('int_calendar__days') }}
),

final as (
    select
        disputes.la_code,
        dates.as_of_on,
        disputes.dispute_id,
        disputes.child,
        disputes.iro_id,
        disputes.dispute_category,
        disputes.current_stage,
        disputes.raised_on,
        disputes.resolution_due_on,
        days.working_day_number - disputes.raised_working_day_number as working_days_open,
        {{ days_between('disputes.resolution_due_on', 'dates.as_of_on') }} as days_overdue
    from disputes
    inner join dates on disputes.la_code = dates.la_code
    inner join days on dates.as_of_on = days.date_day
    where
        disputes.raised_on <= dates.as_of_on
        and disputes.resolution_due_on < dates.as_of_on
        and (disputes.resolved_on is null or disputes.resolved_on > dates.as_of_on)
)

select * from final
order by la_code, raised_on, dispute_id
