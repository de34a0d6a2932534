{{ config(meta={'definition': '1, 11.3, 11.5'}) }}
-- Who is in care on the days of the reviewing officers' service.
with dates as (
    select * from {{ ref('int_iro_dates') }}
),

episodes as (
    select * from {{ ref('int_episodes__in_care') }}
),

periods_of_care as (
    select * from {{ ref('int_periods_of_care') }}
),

live as {{ looked_after_on('dates', 'as_of_on') }},

final as (
    select
        live.la_code,
        live.as_of_on,
        live.child,
        live.period_number,
        live.started_on as episode_started_on,
        live.ls,
        periods_of_care.started_on as period_of_care_started_on,
        periods_of_care.is_left_censored
    from live
    inner join periods_of_care
        on
            live.la_code = periods_of_care.la_code
            and live.child = periods_of_care.child
            and live.period_number = periods_of_care.period_number
)

select * from final
