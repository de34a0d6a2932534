-- Rules on postcodes, and on what the return says of authority, locality and distance beside what the postcodes give.
with located as (
    select * from {{ ref('int_episodes__located') }}
    where not is_temporary
),

examined as (
    select * from {{ ref('int_episodes__examined') }}
),

pairs as (
    select * from {{ ref('int_postcode_pairs__measured') }}
),

uasc as (
    select distinct
        la_code,
        child
    from {{ ref('int_uasc__by_year') }}
),

authorities as (
    select * from {{ ref('authorities') }}
),

districts as (
    select * from {{ ref('districts') }}
),

authority_changes as (
    select * from {{ ref('authority_changes') }}
),

authority_names as {{ authority_names('authorities', 'districts') }},

episodes as (
    select
        examined.*,
        located.distance_miles,
        located.computed_pl_la,
        located.computed_pl_location,
        located.computed_pl_distance,
        pairs.is_home_post_known,
        pairs.is_placement_post_known,
        uasc.child is not null as has_been_uasc
    from located
    inner join examined
        on
            located.la_code = examined.la_code
            and located.child = examined.child
            and located.started_on = examined.started_on
    left join pairs
        on
            coalesce(examined.home_post, '') = coalesce(pairs.home_post, '')
            and coalesce(examined.pl_post, '') = coalesce(pairs.pl_post, '')
    left join uasc
        on examined.la_code = uasc.la_code and examined.child = uasc.child
),

-- CON (confidential) and NUK (outside the United Kingdom) are no place to compare with.
stated as (
    select
        episodes.*,
        coalesce(authority_names.la_code, {{ nation_of('episodes.pl_la') }}) as stated_authority
    from episodes
    left join authority_names on episodes.pl_la = authority_names.code
),

-- An abolished authority is its successors' place too.
elsewhere as (
    select stated.*
    from stated
    left join authority_changes
        on
            stated.stated_authority = authority_changes.la_code
            and stated.computed_pl_la = authority_changes.successor_la_code
    where stated.stated_authority <> stated.computed_pl_la and authority_changes.la_code is null
),

unknown_home_postcode as (
    select {{ quality_issue('unknown_postcode', 'episodes', 'started_on', 'home_post') }}
    from episodes
    where home_post is not null and not coalesce(is_home_post_known, false)
),

unknown_placement_postcode as (
    select {{ quality_issue('unknown_postcode', 'episodes', 'started_on', 'pl_post') }}
    from episodes
    where pl_post is not null and not coalesce(is_placement_post_known, false)
),

-- There is no home to measure from for an unaccompanied child, and where an adoptive home lies may be withheld.
home_postcode_missing as (
    select {{ quality_issue('postcode_missing', 'episodes', 'started_on', 'home_post') }}
    from episodes
    where home_post is null and distance_miles is null and not has_been_uasc
),

placement_postcode_missing as (
    select {{ quality_issue('postcode_missing', 'episodes', 'started_on', 'pl_post') }}
    from episodes
    where
        pl_post is null
        and distance_miles is null
        and not has_been_uasc
        and not coalesce({{ is_placed_for_adoption() }}, false)
),

home_and_placement_postcode_equal as (
    select {{ quality_issue('home_and_placement_postcode_equal', 'episodes', 'started_on', 'pl_post') }}
    from episodes
    where home_post = pl_post and not coalesce({{ code_is('place', 'with_parents') }}, false)
),

distance_disagrees as (
    select {{ quality_issue('distance_disagrees', 'episodes', 'started_on', 'pl_distance') }}
    from episodes
    where pl_distance < 999.9 and abs(pl_distance - computed_pl_distance) > 1
),

distance_implausible as (
    select {{ quality_issue('distance_implausible', 'episodes', 'started_on', 'pl_distance') }}
    from episodes
    where distance_miles > 350
),

placement_la_disagrees as (
    select {{ quality_issue('placement_la_disagrees', 'episodes', 'started_on', 'pl_la') }}
    from elsewhere
),

locality_disagrees as (
    select {{ quality_issue('locality_disagrees', 'episodes', 'started_on', 'pl_location') }}
    from episodes
    where pl_location <> computed_pl_location
),

final as (
    {{ all_rows_of([
        'unknown_home_postcode', 'unknown_placement_postcode', 'home_postcode_missing', 'placement_postcode_missing',
        'home_and_placement_postcode_equal', 'distance_disagrees', 'distance_implausible', 'placement_la_disagrees',
        'locality_disagrees'
    ]) }}
)

select * from final
