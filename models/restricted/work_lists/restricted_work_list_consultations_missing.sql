{{ config(meta={'work_list': '3 Consultations missing'}) }}
-- Children of four and over with a review within four weeks, or overdue, whom nobody has consulted since the last one.
with coming as (
    select * from {{ ref('int_reviews__coming') }}
),

consultations as (
    select * from {{ ref('stg_iro__pre_review_consultations') }}
    where {{ code_is('consulted', 'child') }}
),

with_extracts as (
    select distinct la_code
    from {{ ref('int_tables__delivered') }}
    where table_name = 'pre_review_consultations'
),

consulted as (
    select distinct
        coming.la_code,
        coming.child
    from coming
    inner join consultations
        on
            coming.la_code = consultations.la_code
            and coming.child = consultations.child
            and consultations.consulted_on <= coming.as_of_on
            and (
                consultations.consulted_on > coming.last_reviewed_on
                or (
                    coming.last_reviewed_on is null
                    and consultations.consulted_on >= coming.period_of_care_started_on
                )
            )
),

final as (
    select
        coming.la_code,
        coming.as_of_on,
        case when coming.meeting_on < coming.as_of_on then 'Review overdue' else 'Review within 4 weeks' end as urgency,
        coming.child,
        coming.iro_id,
        coming.meeting_on,
        {{ days_between('coming.as_of_on', 'coming.meeting_on') }} as days_left,
        coming.planned_for is not null as is_planned,
        coming.age_at_meeting,
        coming.last_reviewed_on
    from coming
    inner join with_extracts on coming.la_code = with_extracts.la_code
    left join consulted on coming.la_code = consulted.la_code and coming.child = consulted.child
    where
        consulted.child is null
        and coming.age_at_meeting >= 4
        and coming.meeting_on <= {{ add_days('coming.as_of_on', 28) }}
)

select * from final
order by la_code, meeting_on, child
