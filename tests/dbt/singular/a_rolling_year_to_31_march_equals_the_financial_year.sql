/*
  A rolling year that ends on 31 March is the financial year: figure by figure they are the same, but for those of
  tables that are of the financial year only.
  Catches: edges of periods that differ between the two, and attributes joined by the kind of period.
*/
with rolling as (
    select * from {{ ref('metric_values') }}
    where period_type = 'rolling_year' and extract(month from period_end) = 3
),

financial as (
    select * from {{ ref('metric_values') }}
    where period_type = 'financial_year'
)

select
    rolling.la_code,
    rolling.period_end,
    rolling.metric_id,
    rolling.breakdown,
    rolling.category,
    rolling.value as rolling_value,
    financial.value as financial_value
from rolling
left join financial
    on
        rolling.la_code = financial.la_code
        and rolling.period_end = financial.period_end
        and rolling.metric_id = financial.metric_id
        and rolling.breakdown = financial.breakdown
        and rolling.category = financial.category
where
    financial.metric_id is null
    or rolling.period_start <> financial.period_start
    or rolling.numerator is distinct from financial.numerator
    or rolling.denominator is distinct from financial.denominator
    or rolling.value is distinct from financial.value
    or rolling.undetermined is distinct from financial.undetermined
