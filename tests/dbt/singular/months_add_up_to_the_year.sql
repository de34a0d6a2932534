/*
  The months of a year are the year: what each adds to the numerator and denominator comes to the published figure.
  Catches: a month counted twice, an event outside its year, and a review put into a month it does not count in.
*/
with months as (
    select
        la_code,
        period_end,
        metric_id,
        count(*) as months,
        sum(numerator) as numerator,
        sum(denominator) as denominator
    from {{ ref('metric_months') }}
    group by la_code, period_end, metric_id
)

select
    months.la_code,
    months.period_end,
    months.metric_id,
    months.numerator,
    figures.numerator as numerator_of_the_year
from months
inner join {{ ref('metric_values') }} as figures
    on
        months.la_code = figures.la_code
        and months.period_end = figures.period_end
        and months.metric_id = figures.metric_id
where
    figures.period_type = 'financial_year'
    and figures.breakdown = 'all'
    and (
        months.months <> 12
        or months.numerator <> figures.numerator
        or months.denominator <> figures.denominator
    )
