/*
  Every breakdown of a figure that has a headline is a partition: the numerators of its categories sum to the
  headline's, and so do the denominators and the undetermined children. Medians have no numerator to sum.
  Catches: children without a category, a category outside the list, a join that doubles rows, and a breakdown that
  leaves out its "not known" category.
*/
with figures as (
    select figures.*
    from {{ ref('metric_values') }} as figures
    inner join {{ ref('metric_catalogue') }} as metrics on figures.metric_id = metrics.metric_id
    where metrics.dataset = 'ssda903' and figures.metric_id not like '%\_share' escape '\'
),

parts as (
    select
        la_code,
        period_type,
        period_end,
        metric_id,
        breakdown,
        sum(coalesce(numerator, 0)) as numerator,
        sum(coalesce(denominator, 0)) as denominator,
        sum(coalesce(undetermined, 0)) as undetermined
    from figures
    where breakdown <> 'all'
    group by la_code, period_type, period_end, metric_id, breakdown
)

select parts.*
from parts
inner join figures as headlines
    on
        parts.la_code = headlines.la_code
        and parts.period_type = headlines.period_type
        and parts.period_end = headlines.period_end
        and parts.metric_id = headlines.metric_id
        and headlines.breakdown = 'all'
where
    parts.numerator <> coalesce(headlines.numerator, 0)
    or parts.denominator <> coalesce(headlines.denominator, 0)
    or parts.undetermined <> coalesce(headlines.undetermined, 0)
