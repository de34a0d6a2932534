/*
  The published caseload is the children of the officers in post over their posts: the rows of
  iro_caseloads_by_period, and the service's own row of that month end.
  Catches: a mean of caseloads, an officer without a known full-time equivalent in one part and not in the other, and a
  month that disagrees with the period that ends with it.
*/
with figures as (
    select * from {{ ref('metric_values') }}
    where metric_id = 'iro_caseload' and breakdown = 'all'
),

summed as (
    select
        la_code,
        period_type,
        period_end,
        sum(children) as children,
        sum(full_time_equivalent) as full_time_equivalent
    from {{ ref('iro_caseloads_by_period') }}
    where has_full_time_equivalent
    group by la_code, period_type, period_end
),

months as (
    select * from {{ ref('iro_caseload_months') }}
    where iro_key = 'all'
)

select
    figures.la_code,
    figures.period_type,
    figures.period_end
from figures
left join summed
    on
        figures.la_code = summed.la_code
        and figures.period_type = summed.period_type
        and figures.period_end = summed.period_end
left join months on figures.la_code = months.la_code and figures.period_end = months.month_end
where
    figures.numerator <> coalesce(summed.children, 0)
    or abs(figures.denominator - coalesce(summed.full_time_equivalent, 0)) > 0.000001
    or figures.numerator <> coalesce(months.children, 0)
    or abs(figures.denominator - coalesce(months.full_time_equivalent, 0)) > 0.000001
