-- Straight from the published columns: no count of 1 to 5, no percentage of which so few are missing or left over, and
-- nothing beside a c.
with figures as (
    select
        metric_id,
        breakdown,
        category,
        numerator,
        denominator,
        value,
        display_value,
        denominator_source,
        is_suppressed
    from {{ ref('public_metric_values') }}
    union all
    select
        metric_id,
        'month' as breakdown,
        cast(month_ends_on as string) as category,
        numerator,
        denominator,
        value,
        display_value,
        cast(null as string) as denominator_source,
        is_suppressed
    from {{ ref('public_metric_months') }}
    union all
    select
        'permanence_curve' as metric_id,
        'months_since_entry' as breakdown,
        cast(months_since_entry as string) as category,
        numerator,
        denominator,
        value,
        display_value,
        cast(null as string) as denominator_source,
        is_suppressed
    from {{ ref('public_permanence_curve') }}
)

select figures.*
from figures
left join {{ ref('metric_definitions') }} as definitions on figures.metric_id = definitions.metric_id
left join {{ ref('suppression_measures') }} as measures on figures.metric_id = measures.metric_id
where
    -- A few workshops or audits tell of no child.
    (figures.numerator > 0 and figures.numerator < 6 and coalesce(measures.is_of_children, true))
    or (figures.denominator > 0 and figures.denominator < 6)
    or (
        coalesce(definitions.unit, 'percent') = 'percent'
        and figures.denominator - figures.numerator > 0
        and figures.denominator - figures.numerator < 6
    )
    or figures.is_suppressed <> (figures.display_value = 'c')
    or (figures.is_suppressed and coalesce(figures.numerator, figures.denominator, figures.value) is not null)
