{{ config(meta={'definition': '11.6, 11.9'}) }}
-- Gives every episode of care its placement spell and the episode its placement stands on: temporary absences (T0-T4)
-- are dropped and the two sides merged where the child returns to the same placement and postcode.
with episodes as (
    select
        *,
        row_number() over (partition by la_code, child, period_number order by started_on) as position_in_period
    from {{ ref('int_episodes__in_care') }}
),

lasting as (
    select
        *,
        lag(position_in_period) over (
            partition by la_code, child, period_number order by started_on
        ) as previous_position,
        lag(place) over (partition by la_code, child, period_number order by started_on) as previous_place,
        lag(pl_post) over (partition by la_code, child, period_number order by started_on) as previous_pl_post
    from episodes
    where not is_temporary
),

-- A period's first lasting episode opens a spell even where its RNE says otherwise: the child is somewhere.
openings as (
    select
        la_code,
        child,
        started_on,
        case
            when previous_position is null then 1
            when position_in_period - previous_position > 1
                then
                    case
                        when
                            coalesce(place, '') = coalesce(previous_place, '')
                            and coalesce(pl_post, '') = coalesce(previous_pl_post, '')
                            then 0
                        else 1
                    end
            when {{ code_is('rne', 'start_of_care') }} or {{ code_is('rne', 'new_carer') }} then 1
            else 0
        end as opens_spell
    from lasting
),

numbered as (
    select
        episodes.*,
        sum(coalesce(openings.opens_spell, 0)) over (
            partition by episodes.la_code, episodes.child, episodes.period_number
            order by episodes.started_on rows between unbounded preceding and current row
        ) as spells_so_far,
        max(case when not episodes.is_temporary then episodes.started_on end) over (
            partition by episodes.la_code, episodes.child, episodes.period_number
            order by episodes.started_on rows between unbounded preceding and current row
        ) as standing_episode_started_on
    from episodes
    left join openings
        on
            episodes.la_code = openings.la_code
            and episodes.child = openings.child
            and episodes.started_on = openings.started_on
),

final as (
    select
        la_code,
        child,
        started_on,
        ended_on,
        is_implied_end,
        period_number,
        case when spells_so_far > 0 then spells_so_far end as spell_number,
        standing_episode_started_on,
        is_temporary,
        place
    from numbered
)

select * from final
