-- Straight from the published rows: where the parts of a table are counted and its total is shown, never exactly one
-- part is hidden; and of the parts that are hidden the sum leaves a choice. Hidden parts that add up to their number
-- are each 1, unless a nought is hidden among them for another table's sake.
with hidden_noughts as (
    select
        public_values.la_code,
        public_values.period_end,
        public_values.metric_id,
        public_values.breakdown
    from {{ ref('public_metric_values') }} as public_values
    inner join {{ ref('metric_values') }} as exact_values
        on
            public_values.la_code = exact_values.la_code
            and public_values.period_end = exact_values.period_end
            and public_values.metric_id = exact_values.metric_id
            and public_values.breakdown = exact_values.breakdown
            and public_values.category = exact_values.category
    where
        public_values.is_suppressed
        and exact_values.period_type = 'financial_year'
        and exact_values.numerator = 0
    group by
        public_values.la_code,
        public_values.period_end,
        public_values.metric_id,
        public_values.breakdown
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
        cast(month_ends_on as varchar) as category,
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
