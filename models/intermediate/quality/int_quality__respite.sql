-- Rules on short breaks (V3, V4), which count in no figure.
with episodes as (
    select * from {{ ref('int_episodes__examined') }}
    where is_respite
),

delivered as (
    select * from {{ ref('stg_ssda903__episodes') }}
    where {{ is_respite() }}
),

returns as (
    select * from {{ ref('int_collection_years__delivered') }}
),

mixed as (
    select
        la_code,
        collection_year,
        child,
        max(decom) as last_started_on
    from delivered
    group by la_code, collection_year, child
    having count(distinct ls) > 1
),

days_in_year as (
    select
        episodes.la_code,
        returns.collection_year,
        episodes.child,
        returns.year_ends_on,
        sum(
            {{ days_between(
                'greatest(episodes.started_on, returns.year_starts_on)',
                'least(coalesce(episodes.ended_on, returns.covers_to), returns.covers_to)') }}
        ) as days_away
    from episodes
    inner join returns
        on
            episodes.la_code = returns.la_code
            and episodes.started_on <= returns.covers_to
            and (episodes.ended_on is null or episodes.ended_on >= returns.year_starts_on)
    where {{ code_is('episodes.ls', 'single_short_break') }}
    group by episodes.la_code, returns.collection_year, episodes.child, returns.year_ends_on
),

respite_mixed as (
    select {{ quality_issue('respite_mixed', 'episodes', 'delivered.decom', 'ls', of='delivered') }}
    from mixed
    inner join delivered
        on
            mixed.la_code = delivered.la_code
            and mixed.collection_year = delivered.collection_year
            and mixed.child = delivered.child
            and mixed.last_started_on = delivered.decom
),

respite_break_too_long as (
    select {{ quality_issue('respite_break_too_long', 'episodes', 'started_on', 'dec') }}
    from episodes
    where
        {{ code_is('ls', 'single_short_break') }}
        and {{ days_between('started_on', 'coalesce(ended_on, covered_to)') }} > 17
),

respite_over_75_days as (
    select {{ quality_issue('respite_over_75_days', 'episodes', 'year_ends_on', has_row=false) }}
    from days_in_year
    where days_away > 75
),

respite_placement_unsuitable as (
    select {{ quality_issue('respite_placement_unsuitable', 'episodes', 'started_on', 'place') }}
    from episodes
    where is_temporary or {{ code_is('place', 'fostered_long_term') }}
),

final as (
    {{ all_rows_of([
        'respite_mixed', 'respite_break_too_long', 'respite_over_75_days', 'respite_placement_unsuitable'
    ]) }}
)

select * from final
