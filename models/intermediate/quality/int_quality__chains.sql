-- Rules on how episodes are chained into periods of care.
with episodes as (
    select * from {{ ref('int_episodes__examined') }}
    where not is_respite
),

legal_status_spells as (
    select * from {{ ref('int_legal_status_spells') }}
),

looked_after as (
    select * from {{ ref('int_children_looked_after') }}
    where period_type = 'financial_year'
),

looked_after_in_year as (
    select * from {{ ref('int_children_looked_after_in_year') }}
    where period_type = 'financial_year'
),

ceased as (
    select * from {{ ref('int_children_ceased') }}
    where period_type = 'financial_year'
),

compared as (
    select
        *,
        lag(ls) over same_period as previous_ls,
        lag(cin) over same_period as previous_cin,
        lag(coalesce(place, '')) over same_period as previous_place,
        lag(coalesce(pl_post, '')) over same_period as previous_pl_post,
        lag(coalesce(urn, '')) over same_period as previous_urn,
        lag(coalesce(place_provider, '')) over same_period as previous_place_provider,
        lead(started_on) over same_period as next_started_on
    from episodes
    window same_period as (partition by la_code, child, period_number order by started_on)
),

changes as (
    select
        *,
        ls <> previous_ls as is_legal_status_new,
        coalesce(place, '') <> previous_place
        or coalesce(pl_post, '') <> previous_pl_post
        or coalesce(urn, '') <> previous_urn
        or coalesce(place_provider, '') <> previous_place_provider as is_placement_new
    from compared
    where not begins_period
),

-- Children of the year who neither left in it nor are there at its end: without them stock and flow would agree.
lost_children as (
    select distinct
        looked_after_in_year.la_code,
        looked_after_in_year.period_end,
        {{ collection_year_of('looked_after_in_year.period_end') }} as collection_year
    from looked_after_in_year
    left join looked_after
        on
            looked_after_in_year.la_code = looked_after.la_code
            and looked_after_in_year.period_end = looked_after.period_end
            and looked_after_in_year.child = looked_after.child
    left join ceased
        on
            looked_after_in_year.la_code = ceased.la_code
            and looked_after_in_year.period_end = ceased.period_end
            and looked_after_in_year.child = ceased.child
    where looked_after.child is null and ceased.child is null
),

chain_without_end as (
    select {{ quality_issue('chain_without_end', 'episodes', 'started_on', 'rec') }}
    from compared
    where {{ code_is('rec', 'stays_in_care') }} and next_started_on is null
),

-- An RNE other than S after a short break is a start all the same, and the first episode that we see of a period whose
-- beginning was never delivered cannot be one.
rne_disagrees_with_chain as (
    select {{ quality_issue('rne_disagrees_with_chain', 'episodes', 'started_on', 'rne') }}
    from episodes
    where
        (begins_period and not is_start and not is_left_censored)
        or (not begins_period and {{ code_is('rne', 'start_of_care') }})
),

rne_reason_disagrees as (
    select {{ quality_issue('rne_reason_disagrees', 'episodes', 'started_on', 'rne') }}
    from changes
    where
        ({{ code_is('rne', 'new_legal_status') }} or {{ code_is('rne', 'new_placement') }})
        and (
            {{ code_is('rne', 'new_legal_status') }} <> is_legal_status_new
            or {{ code_is('rne', 'new_placement') }} <> is_placement_new
        )
),

category_of_need_changes as (
    select {{ quality_issue('category_of_need_changes', 'episodes', 'started_on', 'cin') }}
    from compared
    where cin <> previous_cin
),

left_censored_period as (
    select {{ quality_issue('left_censored_period', 'episodes', 'started_on', 'decom') }}
    from episodes
    where begins_period and is_left_censored
),

emergency_order_too_long as (
    select {{ quality_issue('emergency_order_too_long', 'episodes', 'episodes.started_on', 'ls', of='episodes') }}
    from legal_status_spells
    inner join episodes
        on
            legal_status_spells.la_code = episodes.la_code
            and legal_status_spells.child = episodes.child
            and legal_status_spells.started_on = episodes.started_on
    where
        {{ days_between(
            'legal_status_spells.started_on', 'coalesce(legal_status_spells.ended_on, episodes.covered_to)') }}
        > {{ most_days_of('legal_status_spells.ls', 'legal_status') }}
),

stock_and_flow_differ as (
    select {{ quality_issue('stock_and_flow_differ', 'episodes', 'period_end', has_child=false, has_row=false) }}
    from lost_children
),

final as (
    {{ all_rows_of([
        'chain_without_end', 'rne_disagrees_with_chain', 'rne_reason_disagrees', 'category_of_need_changes',
        'left_censored_period', 'emergency_order_too_long', 'stock_and_flow_differ'
    ]) }}
)

select * from final
