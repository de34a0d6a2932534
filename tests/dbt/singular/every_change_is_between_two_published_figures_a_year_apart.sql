/*
  A previous value is the figure of metric_values whose period ends in the same month of the year before, a change the
  difference of the two, and the interval holds its figure.
  Catches: a change between a financial and a rolling year, 28 February without its 29 February, limits that miss the
  value.
*/
with changes as (
    select * from {{ ref('metric_changes') }}
),

metric_values as (
    select * from {{ ref('metric_values') }}
),

compared as (
    select
        changes.*,
        metric_values.value as value_a_year_before
    from changes
    left join metric_values
        on
            changes.la_code = metric_values.la_code
            and changes.period_type = metric_values.period_type
            and changes.metric_id = metric_values.metric_id
            and changes.breakdown = metric_values.breakdown
            and changes.category = metric_values.category
            and {{ month_end(add_months('changes.period_end', -12)) }} = metric_values.period_end
)

select *
from compared
where
    coalesce(previous_value, -1) <> coalesce(value_a_year_before, -1)
    or abs(change - (value - value_a_year_before)) > 0.000001
    or value_low > value + 0.000001
    or value_high < value - 0.000001
