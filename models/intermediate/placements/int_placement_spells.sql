{{ config(meta={'definition': '11.9, 11.10, 11.11'}) }}
-- A spell lasts until the next one of the same period of care begins, or the period ends.
with episodes as (
    select * from {{ ref('int_episodes__placed') }}
    where spell_number is not null
),

periods as (
    select * from {{ ref('int_periods_of_care') }}
),

-- The first episode of a spell is never temporary: a temporary one only ever joins a spell that is already open.
ordered as (
    select
        la_code,
        child,
        period_number,
        spell_number,
        started_on,
        place,
        row_number() over (
            partition by la_code, child, period_number, spell_number order by started_on
        ) as position_in_spell
    from episodes
),

openings as (
    select
        la_code,
        child,
        period_number,
        spell_number,
        started_on,
        place as first_place,
        lead(started_on) over (
            partition by la_code, child, period_number order by spell_number
        ) as next_started_on
    from ordered
    where position_in_spell = 1
),

ended as (
    select
        openings.la_code,
        openings.child,
        openings.period_number,
        openings.spell_number,
        openings.started_on,
        openings.first_place,
        coalesce(openings.next_started_on, periods.ended_on) as ended_on,
        coalesce(coalesce(openings.next_started_on, periods.ended_on) = openings.started_on, false) as is_within_one_day
    from openings
    inner join periods
        on
            openings.la_code = periods.la_code
            and openings.child = periods.child
            and openings.period_number = periods.period_number
),

-- A spell that begins and ends on one day does not count, so it is no "spell before" either.
final as (
    select
        la_code,
        child,
        period_number,
        spell_number,
        started_on,
        ended_on,
        first_place,
        max(case when not is_within_one_day then started_on end) over (
            partition by la_code, child, period_number
            order by spell_number rows between unbounded preceding and 1 preceding
        ) as previous_started_on,
        is_within_one_day
    from ended
)

select * from final
