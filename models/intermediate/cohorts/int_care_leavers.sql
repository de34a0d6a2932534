{{ config(meta={'definition': '6, 11.14'}) }}
-- Care leavers as the year's return lists them, around their 17th to 21st birthday; those who died, went home for six
-- months or more, or whose care another authority took over are not in the cohort.
with periods as (
    select * from {{ ref('int_periods__published') }}
    where period_type = 'financial_year'
),

oc3 as (
    select * from {{ ref('stg_ssda903__oc3') }}
),

children as (
    select * from {{ ref('int_children__attributes') }}
),

episodes as (
    select * from {{ ref('int_episodes__in_care') }}
),

activities as {{ code_list('activity') }},

accommodations as {{ code_list('accommodation') }},

last_ends as (
    select
        periods.la_code,
        periods.period_end,
        episodes.child,
        episodes.rec,
        row_number() over (
            partition by periods.la_code, periods.period_end, episodes.child
            order by episodes.ended_on desc, episodes.started_on desc
        ) as recency
    from periods
    inner join episodes
        on periods.la_code = episodes.la_code and episodes.ended_on <= periods.period_end
    where episodes.rec is not null
),

listed as (
    select
        periods.la_code,
        periods.period_type,
        periods.period_start,
        periods.period_end,
        oc3.child,
        {{ completed_years('children.dob', 'periods.period_end') }} as age,
        children.sex,
        children.ethnicity_group,
        oc3.in_touch as in_touch_code,
        oc3.activ as activity_code,
        oc3.accom as accommodation_code,
        coalesce(activities.dfe_publication_group, 'Information not known') as activity_group,
        coalesce(accommodations.dfe_publication_group, 'No information') as accommodation_group,
        coalesce({{ code_is('last_ends.rec', 'transferred') }}, false) as was_transferred
    from periods
    inner join oc3
        on periods.la_code = oc3.la_code and periods.last_collection_year = oc3.collection_year
    inner join children
        on oc3.la_code = children.la_code and oc3.child = children.child
    left join last_ends
        on
            oc3.la_code = last_ends.la_code
            and periods.period_end = last_ends.period_end
            and oc3.child = last_ends.child
            and last_ends.recency = 1
    left join activities on oc3.activ = activities.code
    left join accommodations on oc3.accom = accommodations.code
    where not coalesce({{ code_is('oc3.in_touch', 'no_care_leaver') }}, false)
),

final as (
    select
        la_code,
        period_type,
        period_start,
        period_end,
        child,
        age,
        case
            when age between 17 and 18 then '17 to 18 years'
            when age between 19 and 21 then '19 to 21 years'
        end as care_leaver_age,
        sex,
        ethnicity_group,
        in_touch_code,
        activity_code,
        activity_group,
        accommodation_code,
        accommodation_group,
        coalesce({{ code_is('in_touch_code', 'in_touch') }}, false) as is_in_touch,
        activity_group = 'EET' as is_in_education_employment_training,
        accommodation_group not like 'EXCLUDED%' as is_in_accommodation_cohort,
        accommodation_group = 'suitable' as is_in_suitable_accommodation
    from listed
    where not was_transferred
)

select * from final
