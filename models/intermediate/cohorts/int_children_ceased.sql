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

ends as (
    select
        periods.la_code,
        periods.period_type,
        periods.period_start,
        periods.period_end,
        episodes.child,
        episodes.ended_on,
        episodes.rec,
        episodes.period_number,
        row_number() over (
            partition by periods.la_code, periods.period_type, periods.period_end, episodes.child
            order by episodes.ended_on desc, episodes.started_on desc
        ) as recency,
        count(*) over (
            partition by periods.la_code, periods.period_type, periods.period_end, episodes.child
        ) as ends_in_period
    from periods
    inner join episodes
        on
            periods.la_code = episodes.la_code
            and episodes.ended_on between periods.period_start and periods.period_end
),

-- The joins ask for equal keys alone: any other condition in the `on` of a left join makes the engine compare every row
-- with every other, which is quadratic at England's size.
described as (
    select
        ends.*,
        {{ completed_years('children.dob', 'ends.ended_on') }} as age,
        children.sex,
        children.ethnicity_group,
        {{ is_uasc_on_leaving('ends.ended_on') }} as is_uasc,
        reasons.dfe_publication_group as exit_reason,
        exit_groups.exit_group,
        coalesce(exit_groups.is_permanence, false) as is_to_permanence,
        coalesce(exit_groups.is_legal_permanence, false) as is_to_legal_permanence,
        coalesce(exit_groups.is_planned_permanence, false) as is_to_planned_permanence,
        periods_of_care.started_on as period_of_care_started_on,
        periods_of_care.is_left_censored,
        case when {{ is_adopted('ends.rec') }} then adoptions.date_int end as placed_for_adoption_on
    from ends
    inner join children
        on ends.la_code = children.la_code and ends.child = children.child
    inner join periods_of_care
        on
            ends.la_code = periods_of_care.la_code
            and ends.child = periods_of_care.child
            and ends.period_number = periods_of_care.period_number
    left join uasc
        on
            ends.la_code = uasc.la_code
            and ends.child = uasc.child
            and uasc.collection_year = {{ collection_year_of('ends.ended_on') }}
    left join adoptions
        on
            ends.la_code = adoptions.la_code
            and ends.child = adoptions.child
            and adoptions.collection_year = {{ collection_year_of('ends.ended_on') }}
    left join reasons on ends.rec = reasons.code
    left join exit_groups on ends.rec = exit_groups.exit_reason_code
    where ends.recency = 1
),

final as (
    select
        la_code,
        period_type,
        period_start,
        period_end,
        child,
        ended_on,
        ends_in_period,
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
