{{ config(meta={'definition': '1, 3, 4, 11.4 to 11.13'}) }}
-- Every attribute and flag that a metric of the children looked after at a period's end counts, one child to a row.
with periods as (
    select * from {{ ref('int_periods__published') }}
),

looked_after as (
    select * from {{ ref('int_looked_after__at_period_end') }}
),

children as (
    select * from {{ ref('int_children__attributes') }}
),

periods_of_care as (
    select * from {{ ref('int_periods_of_care') }}
),

located as (
    select * from {{ ref('int_episodes__located') }}
),

uasc as (
    select * from {{ ref('int_uasc__by_year') }}
),

placements as (
    select * from {{ ref('int_placements__in_period') }}
),

stability as (
    select * from {{ ref('int_long_term_stability') }}
),

social_workers as (
    select * from {{ ref('int_social_workers__in_year') }}
),

-- The cohort is one of financial years. As a column, because a condition on one side alone in the `on` of a left join
-- makes the engine compare every row with every other: quadratic at England's size.
oc2 as (
    select
        *,
        'financial_year' as period_type
    from {{ ref('int_oc2_cohort') }}
),

legal_statuses as {{ code_list('legal_status') }},

needs as {{ code_list('category_of_need') }},

-- A distance is not known while a child is, or was in either of the two years before, an unaccompanied
-- asylum-seeking child: there is no home to measure from.
recent_uasc as (
    select
        looked_after.la_code,
        looked_after.period_end,
        looked_after.child,
        max(
            case when {{ is_uasc_on('looked_after.period_end') }} then 1 else 0 end
        ) as is_uasc
    from looked_after
    inner join uasc
        on
            looked_after.la_code = uasc.la_code
            and looked_after.child = uasc.child
            and uasc.collection_year
            between {{ collection_year_of('looked_after.period_end') }} - 2
            and {{ collection_year_of('looked_after.period_end') }}
    group by looked_after.la_code, looked_after.period_end, looked_after.child
),

at_date as (
    select
        looked_after.la_code,
        looked_after.period_end,
        looked_after.child,
        {{ completed_years('children.dob', 'looked_after.period_end') }} as age,
        children.sex,
        children.ethnicity_group,
        children.has_header,
        coalesce(recent_uasc.is_uasc, 0) = 1 as is_uasc,
        looked_after.ls as legal_status_code,
        coalesce(legal_statuses.dfe_publication_group, 'Unknown') as legal_status_group,
        located.place as placement_code,
        located.placement_group,
        located.placement_detail,
        located.is_temporary as is_in_temporary_placement,
        located.provider_group,
        located.locality,
        located.placement_authority_code,
        case when recent_uasc.child is null then located.distance_miles end as distance_miles,
        coalesce(needs.dfe_publication_group, 'Unknown') as category_of_need,
        periods_of_care.started_on as period_of_care_started_on,
        periods_of_care.is_left_censored,
        looked_after.period_number,
        looked_after.started_on as episode_started_on
    from looked_after
    inner join children
        on looked_after.la_code = children.la_code and looked_after.child = children.child
    inner join periods_of_care
        on
            looked_after.la_code = periods_of_care.la_code
            and looked_after.child = periods_of_care.child
            and looked_after.period_number = periods_of_care.period_number
    inner join located
        on
            looked_after.la_code = located.la_code
            and looked_after.child = located.child
            and looked_after.started_on = located.started_on
    left join recent_uasc
        on
            looked_after.la_code = recent_uasc.la_code
            and looked_after.period_end = recent_uasc.period_end
            and looked_after.child = recent_uasc.child
    left join legal_statuses on looked_after.ls = legal_statuses.code
    left join needs on periods_of_care.cin = needs.code
),

final as (
    select
        periods.la_code,
        periods.period_type,
        periods.period_start,
        periods.period_end,
        at_date.child,
        at_date.age,
        {{ age_band('at_date.age') }} as age_band,
        at_date.sex,
        at_date.ethnicity_group,
        at_date.is_uasc,
        {{ uasc_category('at_date.is_uasc') }} as uasc,
        at_date.legal_status_code,
        at_date.legal_status_group,
        at_date.placement_code,
        at_date.placement_group,
        at_date.placement_detail,
        at_date.is_in_temporary_placement,
        at_date.provider_group,
        at_date.locality,
        at_date.placement_authority_code,
        at_date.distance_miles,
        case
            when at_date.distance_miles is null then 'Not known'
            when at_date.distance_miles > 20 then 'More than 20 miles'
            else '20 miles or less'
        end as distance_band,
        at_date.category_of_need,
        at_date.period_number,
        at_date.period_of_care_started_on,
        at_date.is_left_censored,
        at_date.episode_started_on,
        coalesce(at_date.distance_miles > 20, false) as is_over_20_miles,
        coalesce(at_date.distance_miles > 20, false)
        and at_date.locality = 'Outside the authority' as is_over_20_miles_outside_authority,
        coalesce(
            at_date.age between 0 and 15
            and {{ code_is('at_date.placement_code', 'unsuitable_under_16') }},
            false
        ) as is_under_16_unregulated,
        coalesce(placements.placements, 0) as placements_in_period,
        coalesce(placements.placements >= 3, false) as has_three_or_more_placements,
        coalesce(stability.is_long_term, false) as is_in_long_term_cohort,
        coalesce(stability.is_in_same_placement, false) as is_in_same_placement_two_years,
        coalesce(stability.is_undetermined, false) as is_long_term_undetermined,
        case when periods.period_type = 'financial_year' then coalesce(social_workers.social_workers, 0) end
            as social_workers_in_year,
        periods.period_type = 'financial_year'
        and coalesce(social_workers.social_workers >= 3, false) as has_three_or_more_social_workers,
        oc2.child is not null as is_in_oc2_cohort,
        coalesce(oc2.has_oc2_row, false) as has_oc2_row,
        coalesce(oc2.health_assessment = 1, false) as has_health_assessment,
        coalesce(oc2.teeth_check = 1, false) as has_dental_check,
        coalesce(oc2.immunisations = 1, false) as has_immunisations,
        coalesce(oc2.substance_misuse = 1, false) as has_substance_misuse,
        coalesce(oc2.child is not null and at_date.age between 0 and 4, false) as is_in_development_cohort,
        coalesce(at_date.age between 0 and 4 and oc2.health_check = 1, false) as has_development_check,
        coalesce(oc2.child is not null and at_date.age >= 10, false) as is_in_conviction_cohort,
        coalesce(at_date.age >= 10 and oc2.convicted = 1, false) as is_convicted,
        coalesce(oc2.child is not null and at_date.age between 5 and 16, false) as is_in_sdq_cohort,
        coalesce(oc2.child is not null and at_date.age between 5 and 16 and oc2.sdq_score is not null, false)
            as has_sdq_score,
        case when at_date.age between 5 and 16 then oc2.sdq_score end as sdq_score
    from periods
    inner join at_date
        on periods.la_code = at_date.la_code and periods.period_end = at_date.period_end
    left join placements
        on
            periods.la_code = placements.la_code
            and periods.period_type = placements.period_type
            and periods.period_end = placements.period_end
            and at_date.child = placements.child
    left join stability
        on
            periods.la_code = stability.la_code
            and periods.period_end = stability.period_end
            and at_date.child = stability.child
    left join social_workers
        on
            periods.la_code = social_workers.la_code
            and periods.period_end = social_workers.period_end
            and at_date.child = social_workers.child
    left join oc2
        on
            periods.la_code = oc2.la_code
            and periods.period_end = oc2.period_end
            and at_date.child = oc2.child
            and periods.period_type = oc2.period_type
)

select * from final
