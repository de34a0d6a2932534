/*
  The shares of one breakdown sum to 100, "not known" categories included, and their denominator is the headline count.
  Catches: a denominator that leaves somebody out, and a share of another period's headline.
*/
with shares as (
    select * from {{ ref('metric_values') }}
    where metric_id like '%^_share' escape '^'
),

headlines as (
    select * from {{ ref('metric_values') }}
    where breakdown = 'all'
),

sums as (
    select
        la_code,
        period_type,
        period_end,
        metric_id,
        breakdown,
        sum(value) as total,
        min(denominator) as least_denominator,
        max(denominator) as greatest_denominator
    from shares
    group by la_code, period_type, period_end, metric_id, breakdown
)

select sums.*
from sums
left join headlines
    on
        sums.la_code = headlines.la_code
        and sums.period_type = headlines.period_type
        and sums.period_end = headlines.period_end
        and sums.metric_id = headlines.metric_id || '_share'
where
    headlines.numerator is null
    or sums.least_denominator <> headlines.numerator
    or sums.greatest_denominator <> headlines.numerator
    or (headlines.numerator > 0 and abs(sums.total - 100) > 0.000001)
