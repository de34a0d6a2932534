{{ config(meta={'definition': '2, 11.16'}) }}
-- The last end of each child in the period, transfers to another authority and children later back in care included.
with periods as (
    select * from {{ ref('int_periods__published') }}
),

episodes as (
    select * from {{ ref('int_episodes__in_care') }}
    where {{ is_cease() }}
),

children as (
    select * from {{ ref('int_children__attributes') }}
),

periods_of_care as (
    select * from {{ ref('int_periods_of_care') }}
),

uasc as (
    select * from {{ ref('int_uasc__by_year') }}
),

adoptions as (
    select * from {{ ref('stg_ssda903__ad1') }}
),

exit_groups as (
    select * from {{ ref('exit_groups') }}
),

reasons as {{ code_list('rec') }},

ends as {{ children_moved(
    'ended_on', 'episodes.ended_on desc, episodes.started_on desc', is_uasc_on_leaving('moved.ended_on')
) }},

-- Equal keys alone, as in children_moved.
described as (
    select
        ends.*,
        reasons.dfe_publication_group as exit_reason,
        exit_groups.exit_group,
        coalesce(exit_groups.is_permanence, false) as is_to_permanence,
        coalesce(exit_groups.is_legal_permanence, false) as is_to_legal_permanence,
        coalesce(exit_groups.is_planned_permanence, false) as is_to_planned_permanence,
        case when {{ is_adopted('ends.rec') }} then adoptions.date_int end as placed_for_adoption_on
    from ends
    left join adoptions
        on
            ends.la_code = adoptions.la_code
            and ends.child = adoptions.child
            and adoptions.collection_year = {{ collection_year_of('ends.ended_on') }}
    left join reasons on ends.rec = reasons.code
    left join exit_groups on ends.rec = exit_groups.exit_reason_code
),

final as (
    select
        la_code,
        period_type,
        period_start,
        period_end,
        child,
        ended_on,
        movements_in_period as ends_in_period,
        age,
        {{ age_band_on_ceasing('age') }} as age_band,
        sex,
        ethnicity_group,
        is_uasc,
        {{ uasc_category() }} as uasc,
        rec as exit_reason_code,
        exit_reason,
        exit_group,
        is_to_permanence,
        is_to_legal_permanence,
        is_to_planned_permanence,
        period_of_care_started_on,
        is_left_censored,
        -- A start that lies before the earliest return gives a bound and no length.
        case
            when not is_left_censored
                then {{ months_between('period_of_care_started_on', 'ended_on') }}
        end as months_in_care,
        placed_for_adoption_on is not null as has_adoption_record,
        case
            when not is_left_censored
                then {{ months_between('period_of_care_started_on', 'placed_for_adoption_on') }}
        end as months_to_placement_for_adoption
    from described
)

select * from final
