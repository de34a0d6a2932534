{{ config(meta={'definition': '1, 11.5'}) }}
-- The episode that stands for a child on the last day of a period. Two live ones are an error in the data: the one that
-- began later counts, and the clash is reported.
with periods as (
    select * from {{ ref('int_periods__published') }}
),

episodes as (
    select * from {{ ref('int_episodes__in_care') }}
),

-- A rolling year to 31 March and the financial year end on one day: the day is looked at once.
dates as (
    select distinct
        la_code,
        period_end
    from periods
),

live as (
    select
        dates.la_code,
        dates.period_end,
        episodes.child,
        episodes.started_on,
        episodes.period_number,
        episodes.ls,
        row_number() over (
            partition by dates.la_code, dates.period_end, episodes.child order by episodes.started_on desc
        ) as recency,
        count(*) over (partition by dates.la_code, dates.period_end, episodes.child) as live_episodes
    from dates
    inner join episodes
        on
            dates.la_code = episodes.la_code
            and {{ is_live_on('dates.period_end', 'episodes.started_on', 'episodes.ended_on') }}
),

final as (
    select
        la_code,
        period_end,
        child,
        started_on,
        period_number,
        ls,
        live_episodes
    from live
    where recency = 1
)

select * from final
