-- Episodes that follow each other under one legal status, whatever else changed between them.
with episodes as (
    select * from {{ ref('int_episodes__in_care') }}
),

compared as (
    select
        *,
        lag(ls) over (partition by la_code, child, period_number order by started_on) as previous_ls
    from episodes
),

numbered as (
    select
        *,
        sum(case when previous_ls = ls then 0 else 1 end) over (
            partition by la_code, child, period_number
            order by started_on rows between unbounded preceding and current row
        ) as spell_number
    from compared
),

spells as (
    select
        la_code,
        child,
        period_number,
        spell_number,
        ls,
        min(started_on) as started_on,
        max(started_on) as last_episode_started_on
    from numbered
    group by la_code, child, period_number, spell_number, ls
),

final as (
    select
        spells.la_code,
        spells.child,
        spells.period_number,
        spells.spell_number,
        spells.ls,
        spells.started_on,
        numbered.ended_on
    from spells
    inner join numbered
        on
            spells.la_code = numbered.la_code
            and spells.child = numbered.child
            and spells.last_episode_started_on = numbered.started_on
)

select * from final
