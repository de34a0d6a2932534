{{ config(meta={'definition': '11.3, 11.18, 11.21'}) }}
-- A period whose first visible episode is no start, and whose beginning lies in a year that was not delivered, is
-- left-censored: its true start is earlier than the one shown.
with episodes as (
    select * from {{ ref('int_episodes__in_care') }}
),

years as (
    select * from {{ ref('int_collection_years__delivered') }}
),

ordered as (
    select
        *,
        row_number() over (partition by la_code, child, period_number order by started_on) as position_in_period,
        row_number() over (partition by la_code, child, period_number order by started_on desc) as position_from_end
    from episodes
),

first_episodes as (
    select * from ordered
    where position_in_period = 1
),

last_episodes as (
    select * from ordered
    where position_from_end = 1
),

final as (
    select
        first_episodes.la_code,
        first_episodes.child,
        first_episodes.period_number,
        first_episodes.started_on,
        last_episodes.ended_on,
        last_episodes.rec,
        last_episodes.is_implied_end,
        first_episodes.cin,
        first_episodes.is_start,
        not first_episodes.is_start and years.collection_year is null as is_left_censored
    from first_episodes
    inner join last_episodes
        on
            first_episodes.la_code = last_episodes.la_code
            and first_episodes.child = last_episodes.child
            and first_episodes.period_number = last_episodes.period_number
    left join years
        on
            first_episodes.la_code = years.la_code
            and years.collection_year = {{ collection_year_of('first_episodes.started_on') }}
)

select * from final
