{{ config(meta={'definition': '2, 11.16, 11.18'}) }}
-- Children, not periods of care: the first start of each child in the period, with what was true on that day.
with periods as (
    select * from {{ ref('int_periods__published') }}
),

episodes as (
    select * from {{ ref('int_episodes__in_care') }}
    where is_start
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

previous_permanence as (
    select * from {{ ref('stg_ssda903__prev_perm') }}
),

legal_statuses as {{ code_list('legal_status') }},

needs as {{ code_list('category_of_need') }},

starts as {{ children_moved('started_on', 'episodes.started_on', is_uasc_on('moved.started_on')) }},

-- Equal keys alone, as in children_moved.
described as (
    select
        starts.*,
        coalesce(legal_statuses.dfe_publication_group, 'Unknown') as legal_status_group,
        located.placement_group,
        coalesce(needs.dfe_publication_group, 'Unknown') as category_of_need,
        previous_permanence.prev_perm as previous_permanence_code,
        previous_permanence.child is not null as has_previous_permanence_record
    from starts
    inner join located
        on
            starts.la_code = located.la_code
            and starts.child = located.child
            and starts.started_on = located.started_on
    left join previous_permanence
        on
            starts.la_code = previous_permanence.la_code
            and starts.child = previous_permanence.child
            and previous_permanence.collection_year = {{ collection_year_of('starts.started_on') }}
    left join legal_statuses on starts.ls = legal_statuses.code
    left join needs on starts.cin = needs.code
),

final as (
    select
        la_code,
        period_type,
        period_start,
        period_end,
        child,
        started_on,
        period_number,
        movements_in_period as starts_in_period,
        age,
        {{ age_band('age') }} as age_band,
        sex,
        ethnicity_group,
        is_uasc,
        {{ uasc_category() }} as uasc,
        ls as legal_status_code,
        legal_status_group,
        placement_group,
        category_of_need,
        coalesce({{ code_is('ls', 'taken_into_care') }}, false) as is_taken_into_care,
        previous_permanence_code,
        has_previous_permanence_record,
        coalesce(not {{ code_is('previous_permanence_code', 'no_earlier_permanence') }}, false)
            as is_re_entry_after_permanence
    from described
)

select * from final
