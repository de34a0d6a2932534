-- What has been reached on the way to permanence, from whichever file tells it. Applications for an order are in none.
with episodes as (
    select * from {{ ref('int_episodes__in_care') }}
),

matches as (
    select * from {{ ref('stg_iro__long_term_matches') }}
),

decisions as (
    select * from {{ ref('stg_ssda903__placed_adoption') }}
),

adoptions as (
    select * from {{ ref('stg_ssda903__ad1') }}
),

plans as (
    select * from {{ ref('stg_iro__permanence_plans') }}
),

told as (
    select
        la_code,
        child,
        'PLACEMENT_ORDER' as milestone,
        1 as milestone_rank,
        min(started_on) as reached_on
    from episodes
    where {{ code_is('ls', 'placement_order') }}
    group by la_code, child, period_number
    union all
    select
        la_code,
        child,
        'ADOPTION_DECISION' as milestone,
        2 as milestone_rank,
        date_placed as reached_on
    from decisions
    union all
    select
        la_code,
        child,
        'ADOPTION_MATCH' as milestone,
        3 as milestone_rank,
        date_match as reached_on
    from adoptions
    union all
    select
        la_code,
        child,
        'PLACED_FOR_ADOPTION' as milestone,
        4 as milestone_rank,
        min(started_on) as reached_on
    from episodes
    where {{ is_placed_for_adoption() }}
    group by la_code, child, period_number
    union all
    select
        la_code,
        child,
        'LONG_TERM_PANEL' as milestone,
        5 as milestone_rank,
        panel_on as reached_on
    from matches
    union all
    select
        la_code,
        child,
        'LONG_TERM_MATCH' as milestone,
        6 as milestone_rank,
        matched_on as reached_on
    from matches
    union all
    select
        la_code,
        child,
        'PLAN_ACHIEVED' as milestone,
        7 as milestone_rank,
        achieved_on as reached_on
    from plans
),

final as (
    select distinct
        la_code,
        child,
        milestone,
        milestone_rank,
        reached_on
    from told
    where reached_on is not null
)

select * from final
