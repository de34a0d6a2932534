-- Straight from the published rows: where the parts of a table are counted and its total is shown, never exactly one
-- part is hidden; and of the parts that are hidden the sum leaves a choice. Hidden parts that add up to their number
-- are each 1, unless a nought is hidden among them for another table's sake.
{{ config(group='disclosure') }}
with hidden_noughts as (
    select distinct
        la_code,
        period_end,
        metric_id,
        breakdown
    from {{ ref('suppression_judged') }}
    where is_hidden and numerator = 0
),

figures as (
    select
        la_code,
        period_end,
        metric_id,
        breakdown,
        category,
        numerator,
        is_suppressed
    from {{ ref('public_metric_values') }}
    union all
    select
        la_code,
        period_end,
        metric_id,
        'month' as breakdown,
        cast(month_ends_on as string) as category,
        numerator,
        is_suppressed
    from {{ ref('public_metric_months') }}
),

totals as (
    select
        la_code,
        period_end,
        metric_id,
        numerator as total
    from figures
    where breakdown = 'all'
    union all
    -- A share's total is the total of what it is a share of.
    select
        la_code,
        period_end,
        metric_id || '_share' as metric_id,
        numerator as total
    from figures
    where breakdown = 'all'
),

tables as (
    select
        figures.la_code,
        figures.period_end,
        figures.metric_id,
        figures.breakdown,
        max(totals.total) as total,
        count(*) as parts,
        sum(figures.numerator) as shown,
        sum(case when figures.is_suppressed then 1 else 0 end) as parts_hidden
    from figures
    left join totals
        on
            figures.la_code = totals.la_code
            and figures.period_end = totals.period_end
            and figures.metric_id = totals.metric_id
    where figures.breakdown <> 'all'
    group by figures.la_code, figures.period_end, figures.metric_id, figures.breakdown
)

select tables.*
from tables
left join {{ ref('suppression_breakdowns') }} as breakdowns
    on
        tables.metric_id = breakdowns.metric_id
        and tables.breakdown = breakdowns.breakdown
        and breakdowns.treatment = 'not_additive'
left join hidden_noughts
    on
        tables.la_code = hidden_noughts.la_code
        and tables.period_end = hidden_noughts.period_end
        and tables.metric_id = hidden_noughts.metric_id
        and tables.breakdown = hidden_noughts.breakdown
where
    breakdowns.metric_id is null
    and (
        (tables.parts_hidden = 1 and tables.parts > 1 and tables.total is not null)
        or (
            tables.parts_hidden > 0
            and hidden_noughts.metric_id is null
            and tables.total - coalesce(tables.shown, 0) = tables.parts_hidden
        )
    )
