{{ config(meta={'work_list': '5 Oversight overdue'}) }}
-- Children whose case was not looked at as often as their rating asks: red before amber before green, the longest
-- overdue first.
with dates as (
    select * from {{ ref('int_iro_dates') }}
    where is_latest
),

oversight as (
    select * from {{ ref('int_case_oversight__on_dates') }}
    where has_rating and not is_on_time
),

ratings as (
    select
        category as rag_rating,
        sort_order
    from {{ ref('metric_category_lists') }}
    where breakdown = 'rag_rating'
),

final as (
    select
        oversight.la_code,
        oversight.as_of_on,
        oversight.rag_rating,
        oversight.child,
        oversight.iro_id,
        oversight.oversight_due_on,
        oversight.days_overdue,
        oversight.last_tracked_on,
        oversight.rated_on,
        oversight.last_reviewed_on,
        oversight.next_review_due_on,
        ratings.sort_order as rating_order
    from oversight
    inner join dates on oversight.la_code = dates.la_code and oversight.as_of_on = dates.as_of_on
    inner join ratings on oversight.rag_rating = ratings.rag_rating
)

select
    la_code,
    as_of_on,
    rag_rating,
    child,
    iro_id,
    oversight_due_on,
    days_overdue,
    last_tracked_on,
    rated_on,
    last_reviewed_on,
    next_review_due_on
from final
order by la_code, rating_order, oversight_due_on, child
