{{ config(meta={'definition': '11.3, 11.16'}) }}
-- Short breaks (V3, V4) leave first; what remains is chained into periods of care: one goes on only where the episode
-- before ended with X1 on the day this one begins.
with settled as (
    select * from {{ ref('int_episodes__settled') }}
    where not is_superseded
),

-- Looked at with the short breaks still in: a child's first episode of care after one is a start, whatever its RNE.
after_respite as (
    select
        *,
        lag(is_respite) over (partition by la_code, child order by started_on) as follows_respite
    from settled
),

in_care as (
    select
        *,
        lag(rec) over (partition by la_code, child order by started_on) as previous_rec,
        lag(ended_on) over (partition by la_code, child order by started_on) as previous_ended_on
    from after_respite
    where not is_respite
),

chained as (
    select
        *,
        case
            when {{ code_is('previous_rec', 'stays_in_care') }} and previous_ended_on = started_on then 0
            else 1
        end as begins_period
    from in_care
),

final as (
    select
        la_code,
        child,
        started_on,
        ended_on,
        is_implied_end,
        sum(begins_period) over (
            partition by la_code, child order by started_on rows between unbounded preceding and current row
        ) as period_number,
        begins_period = 1 as begins_period,
        coalesce({{ code_is('rne', 'start_of_care') }}, false)
        or (begins_period = 1 and coalesce(follows_respite, false)) as is_start,
        rne,
        ls,
        cin,
        place,
        coalesce({{ is_temporary_placement() }}, false) as is_temporary,
        place_provider,
        rec,
        reason_place_change,
        home_post,
        pl_post,
        urn,
        pl_la,
        pl_location,
        pl_distance,
        carries_pl_la,
        carries_pl_location,
        carries_pl_distance,
        last_collection_year
    from chained
)

select * from final
