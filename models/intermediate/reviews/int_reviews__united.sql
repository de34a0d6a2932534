{{ config(meta={'definition': '12.1, 12.7'}) }}
-- Reviews of both sources, each child and date once. What is cancelled or has no date drops out before anything is
-- matched, so that a cancelled meeting never hides the review that was held that day. Of several records of one child
-- and day (an adjourned pair, a meeting written out once for each form) the one with a participation code counts.
with iro_reviews as (
    select * from {{ ref('stg_iro__reviews') }}
),

ssda903 as (
    select * from {{ ref('int_reviews__ssda903') }}
),

deliveries as (
    select * from {{ ref('int_deliveries__current') }}
),

iro_extracts as (
    select
        la_code,
        collection_year,
        extracted_on
    from deliveries
    where dataset = 'iro' and is_current
),

periods_of_care as (
    select * from {{ ref('int_periods_of_care') }}
),

-- A blank flag is an uncancelled review.
dated as (
    select
        iro_reviews.*,
        coalesce(iro_reviews.completed_on, iro_reviews.started_on) as reviewed_on
    from iro_reviews
    where coalesce(iro_reviews.cancelled, 'N') = 'N'
),

ranked as (
    select
        dated.*,
        deliveries.extracted_on,
        row_number() over (
            partition by dated.la_code, dated.child, dated.reviewed_on
            order by
                case when dated.participation_code is null then 1 else 0 end,
                dated.collection_year desc,
                dated.file_name desc,
                dated.row_number desc
        ) as recency
    from dated
    inner join deliveries on dated.delivery_id = deliveries.delivery_id
    where dated.reviewed_on is not null
),

iro_days as (
    select * from ranked
    where recency = 1
),

merged as (
    select
        coalesce(iro_days.la_code, ssda903.la_code) as la_code,
        coalesce(iro_days.child, ssda903.child) as child,
        coalesce(iro_days.reviewed_on, ssda903.reviewed_on) as reviewed_on,
        iro_days.started_on,
        iro_days.completed_on,
        iro_days.iro_id,
        coalesce(iro_days.participation_code, ssda903.participation_code) as participation_code,
        iro_days.format as review_format,
        iro_days.late_reason,
        iro_days.invitations_sent_on,
        iro_days.record_completed_on,
        iro_days.record_distributed_on,
        iro_days.decisions_sent_on,
        iro_days.extracted_on as iro_extracted_on,
        iro_days.child is not null as has_iro_record,
        ssda903.child is not null as has_ssda903_record
    from iro_days
    full outer join ssda903
        on
            iro_days.la_code = ssda903.la_code
            and iro_days.child = ssda903.child
            and iro_days.reviewed_on = ssda903.reviewed_on
),

-- A day that ends one period of care and begins the next belongs to the next; one outside care belongs to none.
in_care as (
    select
        merged.la_code,
        merged.child,
        merged.reviewed_on,
        max(periods_of_care.period_number) as period_number
    from merged
    inner join periods_of_care
        on
            merged.la_code = periods_of_care.la_code
            and merged.child = periods_of_care.child
            and {{ touches_period(
                'merged.reviewed_on', 'merged.reviewed_on',
                'periods_of_care.started_on', 'periods_of_care.ended_on', 'periods_of_care.is_implied_end') }}
    group by merged.la_code, merged.child, merged.reviewed_on
),

final as (
    select
        merged.la_code,
        merged.child,
        merged.reviewed_on,
        in_care.period_number,
        merged.started_on,
        merged.completed_on,
        merged.iro_id,
        merged.participation_code,
        merged.review_format,
        merged.late_reason,
        merged.invitations_sent_on,
        merged.record_completed_on,
        merged.record_distributed_on,
        merged.decisions_sent_on,
        -- A review that the service's records lack is one that its extract of that year should have told of.
        coalesce(merged.iro_extracted_on, iro_extracts.extracted_on) as extracted_on,
        merged.has_iro_record,
        merged.has_ssda903_record
    from merged
    left join in_care
        on
            merged.la_code = in_care.la_code
            and merged.child = in_care.child
            and merged.reviewed_on = in_care.reviewed_on
    left join iro_extracts
        on
            merged.la_code = iro_extracts.la_code
            and iro_extracts.collection_year = {{ collection_year_of('merged.reviewed_on') }}
)

select * from final
