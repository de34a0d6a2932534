{{ config(meta={'definition': '11.2'}) }}
-- Looked after on any day of the period, the day of leaving included. With every chain ending in a REC other than X1:
-- in the period = at its end + ceased - (ceased and looked after at its end).
with periods as (
    select * from {{ ref('int_periods__published') }}
),

episodes as (
    select * from {{ ref('int_episodes__in_care') }}
),

final as (
    select distinct
        periods.la_code,
        periods.period_type,
        periods.period_start,
        periods.period_end,
        episodes.child
    from periods
    inner join episodes
        on
            periods.la_code = episodes.la_code
            and {{ touches_period(
                'periods.period_start', 'periods.period_end',
                'episodes.started_on', 'episodes.ended_on', 'episodes.is_implied_end') }}
)

select * from final
