{{ config(meta={'definition': '11.6, 11.8'}) }}
-- The placement an episode stands on, decoded, with where it is. What the file says of authority, locality and distance
-- is kept, blanks included; what it has no column for is computed from the postcodes. Locality alone has a second word
-- before them: without PL_LOCATION it follows from PL_LA. 999.9 is the return's word for "not known".
with placed as (
    select * from {{ ref('int_episodes__placed') }}
),

episodes as (
    select * from {{ ref('int_episodes__in_care') }}
),

pairs as (
    select * from {{ ref('int_postcode_pairs__measured') }}
),

authority_changes as (
    select * from {{ ref('authority_changes') }}
),

authorities as (
    select * from {{ ref('authorities') }}
),

districts as (
    select * from {{ ref('districts') }}
),

authority_codes as {{ authority_names('authorities', 'districts') }},

-- Of an abolished authority that became several nobody knows which of them a child lives in.
abolished as (
    select
        la_code,
        case when count(*) = 1 then min(successor_la_code) end as only_successor_la_code
    from authority_changes
    group by la_code
),

placement_types as {{ code_list('placement_type') }},

providers as {{ code_list('placement_provider') }},

standing as (
    select
        placed.la_code,
        placed.child,
        placed.started_on,
        placed.period_number,
        placed.spell_number,
        placed.is_temporary,
        episodes.place,
        episodes.place_provider,
        episodes.home_post,
        episodes.pl_post,
        episodes.pl_la,
        episodes.pl_location,
        episodes.pl_distance,
        episodes.carries_pl_la,
        episodes.carries_pl_location,
        episodes.carries_pl_distance,
        placed.standing_episode_started_on is null as has_no_lasting_placement
    from placed
    left join episodes
        on
            placed.la_code = episodes.la_code
            and placed.child = episodes.child
            and placed.standing_episode_started_on = episodes.started_on
),

-- An abolished authority's children are inside it when they live in what it became.
located as (
    select
        standing.*,
        pairs.placement_authority_code as computed_pl_la,
        case
            when pairs.placement_authority_code is null then null
            when
                pairs.placement_authority_code = standing.la_code
                or authority_changes.successor_la_code is not null
                then 'IN'
            else 'OUT'
        end as computed_pl_location,
        pairs.distance_miles as computed_pl_distance,
        case
            when stated.la_code = standing.la_code or standing.pl_la = standing.la_code then 'IN'
            when became.la_code is not null or abolished.only_successor_la_code = standing.la_code then 'IN'
            when came_from.la_code is not null then null
            when stated.la_code is not null or {{ is_outside_england('standing.pl_la') }} then 'OUT'
        end as stated_pl_location
    from standing
    left join pairs
        on
            coalesce(standing.home_post, '') = coalesce(pairs.home_post, '')
            and coalesce(standing.pl_post, '') = coalesce(pairs.pl_post, '')
    left join authority_changes
        on
            standing.la_code = authority_changes.la_code
            and pairs.placement_authority_code = authority_changes.successor_la_code
    left join authority_codes as stated on standing.pl_la = stated.code
    left join authority_changes as became
        on standing.la_code = became.la_code and stated.la_code = became.successor_la_code
    left join authority_changes as came_from
        on stated.la_code = came_from.la_code and standing.la_code = came_from.successor_la_code
    left join abolished on stated.la_code = abolished.la_code
),

chosen as (
    select
        *,
        case when carries_pl_la then pl_la else computed_pl_la end as chosen_pl_la,
        case
            when carries_pl_location then pl_location
            else coalesce(stated_pl_location, computed_pl_location)
        end as chosen_pl_location,
        case when carries_pl_distance then pl_distance else computed_pl_distance end as chosen_pl_distance
    from located
),

final as (
    select
        chosen.la_code,
        chosen.child,
        chosen.started_on,
        chosen.period_number,
        chosen.spell_number,
        chosen.is_temporary,
        chosen.place,
        case
            when chosen.has_no_lasting_placement then 'Other placements'
            else coalesce(placement_types.dfe_publication_group, 'Unknown')
        end as placement_group,
        coalesce(placement_types.description, 'Unknown') as placement_detail,
        chosen.place_provider,
        coalesce(providers.dfe_publication_group, 'Placement provider not reported') as provider_group,
        coalesce(authority_codes.la_code, chosen.chosen_pl_la) as placement_authority_code,
        case chosen.chosen_pl_location
            when 'IN' then 'Inside the authority'
            when 'OUT' then 'Outside the authority'
            else 'Not known'
        end as locality,
        case
            -- 999.9 is the return's word for not known, 999.99 and 9999.9 are others'. Any other distance is one,
            -- however far; over 350 miles it is reported.
            when chosen.chosen_pl_distance not between 999.9 and 1000 and chosen.chosen_pl_distance < 9999
                then {{ half_up('chosen.chosen_pl_distance', 1) }}
        end as distance_miles,
        chosen.pl_la,
        chosen.computed_pl_la,
        chosen.pl_location,
        chosen.computed_pl_location,
        chosen.pl_distance,
        chosen.computed_pl_distance
    from chosen
    left join placement_types on chosen.place = placement_types.code
    left join providers on chosen.place_provider = providers.code
    left join authority_codes on chosen.chosen_pl_la = authority_codes.code
)

select * from final
