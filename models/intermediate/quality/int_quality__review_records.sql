-- Rules on the IRO service's records of reviews beside the return's, and beside the statutory clock.
with iro_reviews as (
    select * from {{ ref('stg_iro__reviews') }}
),

delivered as (
    select * from {{ ref('stg_ssda903__reviews') }}
),

returned_reviews as (
    select * from {{ ref('int_reviews__ssda903') }}
),

united as (
    select * from {{ ref('int_reviews__united') }}
),

schedule as (
    select * from {{ ref('int_reviews__schedule') }}
    where due_on is not null
),

tables_delivered as (
    select * from {{ ref('int_tables__delivered') }}
),

records as (
    select
        *,
        coalesce(completed_on, started_on) as reviewed_on
    from iro_reviews
    where coalesce(cancelled, 'N') = 'N'
),

-- Of reviews that only one source tells of: has the other a table that covers the day?
in_one_source as (
    select
        united.la_code,
        united.child,
        united.reviewed_on,
        united.has_iro_record
    from united
    inner join tables_delivered
        on
            united.la_code = tables_delivered.la_code
            and tables_delivered.table_name = case when united.has_iro_record then 'reviews' else 'iro_reviews' end
            and tables_delivered.collection_year = {{ collection_year_of('united.reviewed_on') }}
            and united.reviewed_on <= tables_delivered.covers_to
    where united.has_iro_record <> united.has_ssda903_record and united.period_number is not null
),

not_in_return as (
    select records.*
    from in_one_source
    inner join records
        on
            in_one_source.la_code = records.la_code
            and in_one_source.child = records.child
            and in_one_source.reviewed_on = records.reviewed_on
    where in_one_source.has_iro_record
),

not_in_records as (
    select
        delivered.*,
        returned_reviews.reviewed_on
    from in_one_source
    inner join returned_reviews
        on
            in_one_source.la_code = returned_reviews.la_code
            and in_one_source.child = returned_reviews.child
            and in_one_source.reviewed_on = returned_reviews.reviewed_on
    inner join delivered
        on
            returned_reviews.la_code = delivered.la_code
            and returned_reviews.child = delivered.child
            and returned_reviews.reviewed_on = delivered.review
            and returned_reviews.last_collection_year = delivered.collection_year
    where not in_one_source.has_iro_record
),

coded_otherwise as (
    select records.*
    from records
    inner join returned_reviews
        on
            records.la_code = returned_reviews.la_code
            and records.child = returned_reviews.child
            and records.reviewed_on = returned_reviews.reviewed_on
    where records.participation_code <> returned_reviews.participation_code
),

-- What is planned next: the first meeting that is neither held nor cancelled.
planned as (
    select
        la_code,
        child,
        min(scheduled_for) as scheduled_for
    from records
    where reviewed_on is null
    group by la_code, child
),

planned_records as (
    select records.*
    from records
    inner join planned
        on
            records.la_code = planned.la_code
            and records.child = planned.child
            and records.scheduled_for = planned.scheduled_for
    where records.reviewed_on is null
),

beside_the_clock as (
    select
        records.*,
        schedule.due_on
    from records
    inner join schedule
        on
            records.la_code = schedule.la_code
            and records.child = schedule.child
            and records.reviewed_on = schedule.reviewed_on
    union all
    select
        planned_records.*,
        schedule.due_on
    from planned_records
    inner join schedule on planned_records.la_code = schedule.la_code and planned_records.child = schedule.child
    where schedule.is_outstanding and schedule.period_of_care_ended_on is null
),

review_not_in_return as (
    select {{ quality_issue('review_not_in_return', 'iro_reviews', 'reviewed_on') }}
    from not_in_return
),

review_not_in_iro_records as (
    select {{ quality_issue('review_not_in_iro_records', 'reviews', 'reviewed_on') }}
    from not_in_records
),

participation_codes_differ as (
    select {{ quality_issue('participation_codes_differ', 'iro_reviews', 'reviewed_on', 'participation_code') }}
    from coded_otherwise
),

review_planned_after_due as (
    select {{ quality_issue('review_planned_after_due', 'iro_reviews', 'due_on', 'scheduled_for') }}
    from beside_the_clock
    where scheduled_for > due_on
),

invitation_after_meeting as (
    select {{ quality_issue('invitation_after_meeting', 'iro_reviews', 'reviewed_on', 'invitations_sent_on') }}
    from records
    where invitations_sent_on > coalesce(started_on, reviewed_on)
),

final as (
    {{ all_rows_of([
        'review_not_in_return', 'review_not_in_iro_records', 'participation_codes_differ', 'review_planned_after_due',
        'invitation_after_meeting'
    ]) }}
)

select * from final
