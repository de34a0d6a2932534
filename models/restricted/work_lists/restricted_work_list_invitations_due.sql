{{ config(meta={'work_list': '2 Invitations due'}) }}
-- For reviews still to come: the day by which ten working days' notice can be given, those that have passed first.
with coming as (
    select * from {{ ref('int_reviews__coming') }}
),

with_extracts as (
    select distinct la_code
    from {{ ref('int_tables__delivered') }}
    where table_name = 'iro_reviews'
),

final as (
    select
        coming.la_code,
        coming.as_of_on,
        case when coming.invite_by < coming.as_of_on then 'Overdue' else 'Due' end as urgency,
        coming.child,
        coming.iro_id,
        coming.invite_by,
        {{ days_between('coming.as_of_on', 'coming.invite_by') }} as days_left,
        coming.meeting_on,
        coming.planned_for is not null as is_planned,
        coming.due_on as review_due_on
    from coming
    inner join with_extracts on coming.la_code = with_extracts.la_code
    where
        coming.invitations_sent_on is null
        and coming.meeting_on >= coming.as_of_on
        and coming.invite_by <= {{ add_days('coming.as_of_on', 28) }}
)

select * from final
order by la_code, invite_by, child
