/*
  The numerator of a percentage counts some of what its denominator counts, and no count is negative. A mean may be: of
  months, where a date is delivered before the one it is measured from.
  Catches: a flag that is set outside its cohort, and numerator and denominator drawn from different rows.
*/
select
    figures.la_code,
    figures.period_type,
    figures.period_end,
    figures.metric_id,
    figures.breakdown,
    figures.category,
    figures.numerator,
    figures.denominator,
    figures.value
from {{ ref('metric_values') }} as figures
inner join {{ ref('metric_catalogue') }} as metrics on figures.metric_id = metrics.metric_id
where
    figures.denominator < 0
    or (metrics.unit not in ('mean', 'median_months') and (figures.numerator < 0 or figures.value < 0))
    or (metrics.unit = 'percent' and (figures.numerator > figures.denominator or figures.value > 100))
