/*
  A quotient of nothing by nothing is null and shown as z; everything else has a value, and k stands only for what is
  more than 0 and would round to 0.
  Catches: a zero that hides an empty denominator, a null that hides a zero, and a rounding of what was rounded.
*/
select
    figures.la_code,
    figures.period_type,
    figures.period_end,
    figures.metric_id,
    figures.breakdown,
    figures.category,
    figures.denominator,
    figures.value,
    figures.display_value
from {{ ref('metric_values') }} as figures
inner join {{ ref('metric_catalogue') }} as metrics on figures.metric_id = metrics.metric_id
where
    metrics.dataset = 'ssda903'
    and (
        (figures.value is null) <> coalesce(figures.denominator = 0, false)
        or (figures.value is null) <> (figures.display_value = 'z')
        or (
            metrics.unit in ('percent', 'rate_per_10000')
            and (figures.value > 0 and figures.value < 0.5) <> (figures.display_value = 'k')
        )
        or (figures.value = 0 and figures.display_value not in ('0', '0.0'))
    )
