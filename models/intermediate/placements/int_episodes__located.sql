{{ config(meta={'definition': '11.6, 11.8'}) }}
-- The placement an episode stands on, decoded, with where it is: what the file says of authority, locality and distance
-- is kept, what it leaves out is computed from the postcodes. 999.9 is the return's word for "not known".
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
        pairs.distance_miles as computed_pl_distance
    from standing
    left join pairs
        on
            coalesce(standing.home_post, '') = coalesce(pairs.home_post, '')
            and coalesce(standing.pl_post, '') = coalesce(pairs.pl_post, '')
    left join authority_changes
        on
            standing.la_code = authority_changes.la_code
            and pairs.placement_authority_code = authority_changes.successor_la_code
),

final as (
    select
        located.la_code,
        located.child,
        located.started_on,
        located.period_number,
        located.spell_number,
        located.is_temporary,
        located.place,
        case
            when located.has_no_lasting_placement then 'Other placements'
            else coalesce(placement_types.dfe_publication_group, 'Unknown')
        end as placement_group,
        coalesce(placement_types.description, 'Unknown') as placement_detail,
        located.place_provider,
        coalesce(providers.dfe_publication_group, 'Placement provider not reported') as provider_group,
        coalesce(located.pl_la, located.computed_pl_la) as placement_authority_code,
        case coalesce(located.pl_location, located.computed_pl_location)
            when 'IN' then 'Inside the authority'
            when 'OUT' then 'Outside the authority'
            else 'Not known'
        end as locality,
        case
            when coalesce(located.pl_distance, located.computed_pl_distance) < 999.9
                then {{ half_up('coalesce(located.pl_distance, located.computed_pl_distance)', 1) }}
        end as distance_miles,
        located.pl_la,
        located.computed_pl_la,
        located.pl_location,
        located.computed_pl_location,
        located.pl_distance,
        located.computed_pl_distance
    from located
    left join placement_types on located.place = placement_types.code
    left join providers on located.place_provider = providers.code
)

select * from final
