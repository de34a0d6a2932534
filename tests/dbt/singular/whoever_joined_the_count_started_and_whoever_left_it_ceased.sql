/*
  Flows against stocks: a child in care on one 31 March and not on the next ceased in between, and one the other way
  round started. The excuses are periods of care that begin without a start or end without a REC other than X1.
  Catches: a cohort of starts or ends that misses children, or counts them in the wrong year.
*/
with at_end as (
    select * from {{ ref('int_children_looked_after') }}
    where period_type = 'financial_year'
),

years as (
    select * from {{ ref('int_periods__published') }}
    where period_type = 'financial_year'
),

excused as (
    select distinct
        la_code,
        child
    from {{ ref('int_periods_of_care') }}
    where not is_start or (ended_on is not null and (rec is null or rec = 'X1'))
),

left_the_count as (
    select
        at_end.la_code,
        years.period_end,
        at_end.child
    from at_end
    inner join years
        on at_end.la_code = years.la_code and {{ add_days('at_end.period_end', 1) }} = years.period_start
    left join at_end as later
        on at_end.la_code = later.la_code and years.period_end = later.period_end and at_end.child = later.child
    where later.child is null
),

joined_the_count as (
    select
        at_end.la_code,
        at_end.period_end,
        at_end.child
    from at_end
    inner join years
        on at_end.la_code = years.la_code and {{ add_days('years.period_end', 1) }} = at_end.period_start
    left join at_end as earlier
        on at_end.la_code = earlier.la_code and years.period_end = earlier.period_end and at_end.child = earlier.child
    where earlier.child is null
),

without_a_flow as (
    select
        left_the_count.*,
        'left without ceasing' as what
    from left_the_count
    left join {{ ref('int_children_ceased') }} as ceased
        on
            left_the_count.la_code = ceased.la_code
            and left_the_count.period_end = ceased.period_end
            and left_the_count.child = ceased.child
            and ceased.period_type = 'financial_year'
    where ceased.child is null
    union all
    select
        joined_the_count.*,
        'joined without starting' as what
    from joined_the_count
    left join {{ ref('int_children_started') }} as started
        on
            joined_the_count.la_code = started.la_code
            and joined_the_count.period_end = started.period_end
            and joined_the_count.child = started.child
            and started.period_type = 'financial_year'
    where started.child is null
)

select
    without_a_flow.la_code,
    without_a_flow.period_end,
    without_a_flow.what
from without_a_flow
left join excused
    on without_a_flow.la_code = excused.la_code and without_a_flow.child = excused.child
where excused.child is null
