{{ config(meta={'definition': '12.14'}) }}
-- Whether a child who came into care was given an officer by the fifth working day after. Who left before that day, or
-- whose fifth day had not come when the extract was taken, says nothing about it.
with started as (
    select * from {{ ref('int_children_started') }}
),

periods as (
    select * from {{ ref('int_iro_periods') }}
),

periods_of_care as (
    select * from {{ ref('int_periods_of_care') }}
),

days as (
    select * from {{ ref('int_calendar__days') }}
),

extracts as (
    select * from {{ ref('int_deliveries__current') }}
    where is_current and dataset = 'iro'
),

allocations as (
    select * from {{ ref('stg_iro__iro_allocations') }}
),

due as (
    select
        started.la_code,
        started.period_type,
        started.period_start,
        started.period_end,
        started.child,
        started.started_on,
        days.working_day_5_after as allocation_due_on,
        -- Whoever leaves on the fifth day is there on it; an implied end is the day after the last one told.
        (
            periods_of_care.ended_on is null
            or periods_of_care.ended_on > days.working_day_5_after
            or (periods_of_care.ended_on = days.working_day_5_after and not periods_of_care.is_implied_end)
        )
        and days.working_day_5_after <= extracts.extracted_on as is_in_allocation_cohort
    from started
    inner join periods
        on
            started.la_code = periods.la_code
            and started.period_type = periods.period_type
            and started.period_end = periods.period_end
    inner join periods_of_care
        on
            started.la_code = periods_of_care.la_code
            and started.child = periods_of_care.child
            and started.period_number = periods_of_care.period_number
    inner join days on started.started_on = days.date_day
    inner join extracts
        on started.la_code = extracts.la_code and days.collection_year = extracts.collection_year
),

-- One from an earlier stay that is still open on the start will do; one that ended on or before it will not.
allocated as (
    select distinct
        due.la_code,
        due.child,
        due.started_on
    from due
    inner join allocations
        on
            due.la_code = allocations.la_code
            and due.child = allocations.child
            and allocations.allocated_on <= due.allocation_due_on
            and (allocations.ended_on is null or allocations.ended_on > due.started_on)
),

final as (
    select
        due.*,
        due.is_in_allocation_cohort and allocated.child is not null as is_iro_allocated_on_time
    from due
    left join allocated
        on
            due.la_code = allocated.la_code
            and due.child = allocated.child
            and due.started_on = allocated.started_on
)

select * from final
