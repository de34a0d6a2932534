{{ config(meta={'work_list': '4 Records to distribute'}) }}
-- Reviews of the last year whose record has not gone out, by its deadline: the twentieth working day after the review.
with dates as (
    select * from {{ ref('int_iro_dates') }}
    where is_latest
),

reviews as (
    select * from {{ ref('int_reviews__united') }}
    where period_number is not null
),

days as (
    select * from {{ ref('int_calendar__days') }}
),

with_extracts as (
    select distinct la_code
    from {{ ref('int_tables__delivered') }}
    where table_name = 'iro_reviews'
),

final as (
    select
        reviews.la_code,
        dates.as_of_on,
        case when days.working_day_20_after < dates.as_of_on then 'Overdue' else 'Due' end as urgency,
        reviews.child,
        reviews.iro_id,
        reviews.reviewed_on,
        days.working_day_20_after as distribute_by,
        {{ days_between('dates.as_of_on', 'days.working_day_20_after') }} as days_left,
        reviews.record_completed_on,
        reviews.decisions_sent_on,
        reviews.has_iro_record
    from reviews
    inner join dates on reviews.la_code = dates.la_code
    inner join with_extracts on reviews.la_code = with_extracts.la_code
    inner join days on reviews.reviewed_on = days.date_day
    where
        reviews.record_distributed_on is null
        and reviews.reviewed_on > {{ add_months('dates.as_of_on', -12) }}
        and reviews.reviewed_on <= dates.as_of_on
)

select * from final
order by la_code, distribute_by, child, reviewed_on
