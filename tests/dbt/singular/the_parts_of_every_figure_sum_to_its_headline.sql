/*
  Every breakdown of a figure that has a headline is a partition: the numerators of its categories sum to the
  headline's, and so do the denominators and the undetermined children. Medians have no numerator to sum. Children by
  type of plan are parts of all children in care, so that their denominator is the headline's. A review may be preceded
  by a talk with a parent and with a carer: that breakdown is no partition.
  Catches: records without a category, a category outside the list, a join that doubles rows, a share of the wrong
  whole, and a breakdown that leaves out its "not known" category.
*/
with figures as (
    select * from {{ ref('metric_values') }}
    where metric_id not like '%^_share' escape '^' and metric_id <> 'parents_or_carers_consulted'
),

parts as (
    select
        la_code,
        period_type,
        period_end,
        metric_id,
        breakdown,
        sum(coalesce(numerator, 0)) as numerator,
        case
            when metric_id = 'permanence_plan_recorded' then max(coalesce(denominator, 0))
            else sum(coalesce(denominator, 0))
        end as denominator,
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
    abs(parts.numerator - coalesce(headlines.numerator, 0)) > 0.000001
    or abs(parts.denominator - coalesce(headlines.denominator, 0)) > 0.000001
    or parts.undetermined <> coalesce(headlines.undetermined, 0)
