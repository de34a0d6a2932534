/*
  In the year = in care at its end + ceased in it - (ceased in it and in care at its end), child by child. The one
  excuse is a period of care that ends without a REC other than X1: a broken chain, which is reported, or an end that
  no return told.
  Catches: edges of the three cohorts that do not meet (a leaver of 1 April, a starter of 31 March), and short breaks
  that count in one cohort and not in another.
*/
with in_year as (
    select * from {{ ref('int_children_looked_after_in_year') }}
),

at_end as (
    select * from {{ ref('int_children_looked_after') }}
),

ceased as (
    select * from {{ ref('int_children_ceased') }}
),

at_end_or_ceased as (
    select
        la_code,
        period_type,
        period_end,
        child
    from at_end
    union
    select
        la_code,
        period_type,
        period_end,
        child
    from ceased
),

broken as (
    select distinct
        la_code,
        child
    from {{ ref('int_periods_of_care') }}
    where ended_on is not null and (rec is null or rec = 'X1')
)

select
    coalesce(in_year.la_code, at_end_or_ceased.la_code) as la_code,
    coalesce(in_year.period_type, at_end_or_ceased.period_type) as period_type,
    coalesce(in_year.period_end, at_end_or_ceased.period_end) as period_end,
    in_year.child is null as is_missing_from_the_year
from in_year
full outer join at_end_or_ceased
    on
        in_year.la_code = at_end_or_ceased.la_code
        and in_year.period_type = at_end_or_ceased.period_type
        and in_year.period_end = at_end_or_ceased.period_end
        and in_year.child = at_end_or_ceased.child
left join broken
    on in_year.la_code = broken.la_code and in_year.child = broken.child
where
    in_year.child is null
    or (at_end_or_ceased.child is null and broken.child is null)
