-- Rules that look at one episode, or at how a child's episodes lie beside each other.
with episodes as (
    select * from {{ ref('int_episodes__examined') }}
),

at_period_end as (
    select * from {{ ref('int_looked_after__at_period_end') }}
),

returns as (
    select * from {{ ref('int_collection_years__delivered') }}
),

-- An open end is later than any other.
in_order as (
    select
        *,
        lead(started_on) over (partition by la_code, child order by started_on) as next_started_on,
        max(ended_on) over (
            partition by la_code, child order by started_on rows between unbounded preceding and 1 preceding
        ) as latest_end_before
    from episodes
),

aged as (
    select
        *,
        {{ completed_years('dob', 'ended_on') }} as age_at_end,
        {{ completed_years('dob', 'last_live_on') }} as age_on_last_day
    from episodes
    where dob is not null and not is_respite
),

-- One clash lasts over many month ends; it is told once, for the first of them.
clashes as (
    select
        la_code,
        child,
        started_on,
        min(period_end) as first_seen_on
    from at_period_end
    where live_episodes > 1
    group by la_code, child, started_on
),

two_live_episodes as (
    select {{ quality_issue('two_live_episodes', 'episodes', 'clashes.first_seen_on', of='episodes') }}
    from clashes
    inner join episodes
        on
            clashes.la_code = episodes.la_code
            and clashes.child = episodes.child
            and clashes.started_on = episodes.started_on
),

overlapping_episodes as (
    select {{ quality_issue('overlapping_episodes', 'episodes', 'started_on', 'decom') }}
    from in_order
    where latest_end_before > started_on
),

two_open_episodes as (
    select {{ quality_issue('two_open_episodes', 'episodes', 'started_on', 'dec') }}
    from in_order
    where ended_on is null and next_started_on is not null
),

zero_length_episode as (
    select {{ quality_issue('zero_length_episode', 'episodes', 'started_on', 'dec') }}
    from episodes
    where ended_on = started_on
),

dec_without_rec as (
    select {{ quality_issue('dec_without_rec', 'episodes', 'started_on', 'rec') }}
    from episodes
    where ended_on is not null and rec is null and not is_implied_end
),

end_after_return as (
    select {{ quality_issue('end_after_return', 'episodes', 'episodes.started_on', 'dec', of='episodes') }}
    from episodes
    inner join returns
        on episodes.la_code = returns.la_code and episodes.collection_year = returns.collection_year
    where episodes.ended_on > returns.covers_to and not episodes.is_implied_end
),

child_aged_18_or_over as (
    select {{ quality_issue('child_aged_18_or_over', 'episodes', 'started_on') }}
    from aged
    where last_live_on >= started_on and age_on_last_day >= 18
),

exit_reason_does_not_fit_age as (
    select {{ quality_issue('exit_reason_does_not_fit_age', 'episodes', 'started_on', 'rec') }}
    from aged
    where
        (({{ is_adopted() }} or {{ code_is('rec', 'special_guardianship') }}) and age_at_end >= 18)
        or age_at_end < {{ least_age_of('rec', 'rec') }}
),

episode_after_death as (
    select {{ quality_issue('episode_after_death', 'episodes', 'started_on', 'rec') }}
    from in_order
    where {{ code_is('rec', 'died') }} and next_started_on is not null
),

final as (
    {{ all_rows_of([
        'two_live_episodes', 'overlapping_episodes', 'two_open_episodes', 'zero_length_episode', 'dec_without_rec',
        'end_after_return', 'child_aged_18_or_over', 'exit_reason_does_not_fit_age', 'episode_after_death'
    ]) }}
)

select * from final
