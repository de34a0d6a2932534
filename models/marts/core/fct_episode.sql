-- Episodes of care, short breaks left out; where the child lives as locality and distance only.
with episodes as (
    select * from {{ ref('int_episodes__in_care') }}
),

located as (
    select * from {{ ref('int_episodes__located') }}
),

periods_of_care as (
    select * from {{ ref('int_periods_of_care') }}
),

children as (
    select * from {{ ref('int_children__attributes') }}
),

keys as (
    select * from {{ ref('stg_reference__child_keys') }}
),

final as (
    select
        {{ hash_key(['keys.child_key', 'episodes.started_on']) }} as episode_key,
        {{ hash_key(['keys.child_key', 'periods_of_care.started_on']) }} as period_of_care_key,
        keys.child_key,
        episodes.la_code,
        episodes.started_on,
        {{ day_shown('episodes.ended_on', 'children.dob') }} as ended_on,
        episodes.rne as reason_for_new_episode_code,
        episodes.ls as legal_status_code,
        episodes.cin as category_of_need_code,
        episodes.place as placement_type_code,
        episodes.place_provider as placement_provider_code,
        episodes.is_temporary,
        episodes.rec as exit_reason_code,
        episodes.reason_place_change as placement_change_reason_code,
        located.placement_authority_code,
        located.locality,
        cast(located.distance_miles as decimal(6, 1)) as distance_miles,
        cast(located.spell_number as bigint) as placement_spell_number,
        episodes.is_start,
        episodes.is_implied_end,
        episodes.last_collection_year
    from episodes
    inner join located
        on
            episodes.la_code = located.la_code
            and episodes.child = located.child
            and episodes.started_on = located.started_on
    inner join periods_of_care
        on
            episodes.la_code = periods_of_care.la_code
            and episodes.child = periods_of_care.child
            and episodes.period_number = periods_of_care.period_number
    inner join keys on episodes.la_code = keys.la_code and episodes.child = keys.child
    left join children on episodes.la_code = children.la_code and episodes.child = children.child
)

select * from final
