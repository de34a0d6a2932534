-- The figures that the public variant has, and which counts each of them tells. A count that stands in several tables
-- is one cell: whatever hides it hides it everywhere. Financial years only: of two rolling years a month apart the
-- difference is two single months.
with metric_values as (
    select * from {{ ref('metric_values') }}
    where period_type = 'financial_year'
),

months as (
    select * from {{ ref('metric_months') }}
),

measures as (
    select * from {{ ref('suppression_measures') }}
),

breakdowns as (
    select * from {{ ref('suppression_breakdowns') }}
),

definitions as (
    select * from {{ ref('metric_definitions') }}
),

treated_everywhere as (
    select
        breakdown,
        treatment
    from breakdowns
    where metric_id = '*'
),

of_the_year as (
    select
        metric_values.la_code,
        metric_values.period_end,
        metric_values.metric_id,
        metric_values.breakdown,
        case
            -- Words that staff typed: a rare one could be about one child.
            when breakdowns.treatment = 'open_list' and metric_values.numerator < {{ smallest_count_shown() }}
                then '{{ rare_categories() }}'
            else metric_values.category
        end as category,
        metric_values.numerator,
        metric_values.denominator
    from metric_values
    left join treated_everywhere on metric_values.breakdown = treated_everywhere.breakdown
    left join breakdowns
        on
            metric_values.metric_id = breakdowns.metric_id
            and metric_values.breakdown = breakdowns.breakdown
    where
        coalesce(treated_everywhere.treatment, '') <> 'left_out'
        and coalesce(breakdowns.treatment, '') <> 'left_out'
),

by_month as (
    select
        la_code,
        period_end,
        metric_id,
        'month' as breakdown,
        cast(month_ends_on as string) as category,
        numerator,
        denominator
    from months
),

together as (
    select * from of_the_year
    union all
    select * from by_month
),

gathered as (
    select
        la_code,
        period_end,
        metric_id,
        breakdown,
        category,
        sum(numerator) as numerator,
        sum(denominator) as denominator
    from together
    group by la_code, period_end, metric_id, breakdown, category
),

final as (
    select
        gathered.la_code,
        gathered.period_end,
        gathered.metric_id,
        gathered.breakdown,
        gathered.category,
        definitions.unit,
        gathered.numerator,
        gathered.denominator,
        measures.numerator_measure,
        coalesce(measures.numerator_breakdown, gathered.breakdown) as numerator_breakdown,
        coalesce(measures.numerator_category, gathered.category) as numerator_category,
        -- The population is nobody's secret.
        nullif(measures.denominator_measure, 'population') as denominator_measure,
        coalesce(measures.denominator_breakdown, gathered.breakdown) as denominator_breakdown,
        coalesce(measures.denominator_category, gathered.category) as denominator_category,
        measures.is_of_children,
        measures.importance,
        {{ suppression_weight('measures.importance', 'gathered.breakdown', 'treated_everywhere.treatment') }} as weight
    from gathered
    inner join definitions on gathered.metric_id = definitions.metric_id
    left join measures on gathered.metric_id = measures.metric_id
    left join treated_everywhere on gathered.breakdown = treated_everywhere.breakdown
)

select * from final
