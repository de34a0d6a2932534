-- Every figure of the public variant with whether it may be shown: neither of its counts may be hidden. The hidden
-- categories of a table are shown as one where that tells nothing new: the total and all other parts are shown, so that
-- readers could add them up themselves.
with figures as (
    select * from {{ ref('suppression_figure_cells') }}
),

cells as (
    select * from {{ ref('suppression_cells') }}
),

hidden as (
    select * from {{ ref('suppression_hidden') }}
),

breakdowns as (
    select * from {{ ref('suppression_breakdowns') }}
),

by_counts as (
    select
        figures.la_code,
        figures.period_end,
        figures.metric_id,
        figures.breakdown,
        figures.category,
        figures.unit,
        figures.numerator,
        figures.denominator,
        figures.numerator_measure,
        figures.denominator_measure,
        figures.denominator_measure is not null
        and figures.denominator_breakdown = figures.breakdown as has_denominator_of_category,
        coalesce(numerators.reason, denominators.reason) is not null as is_hidden,
        case
            when 'small' in (numerators.reason, denominators.reason) then 'small'
            when 'given_out' in (numerators.reason, denominators.reason) then 'given_out'
            else coalesce(numerators.reason, denominators.reason)
        end as reason
    from figures
    left join hidden as numerators on figures.numerator_cell = numerators.cell_number
    left join hidden as denominators on figures.denominator_cell = denominators.cell_number
),

totals_shown as (
    select
        cells.la_code,
        cells.period_end,
        cells.measure,
        cells.value as total
    from cells
    left join hidden on cells.cell_number = hidden.cell_number
    where cells.breakdown = 'all' and hidden.cell_number is null
),

-- A figure may be hidden for its denominator alone. If it is the only one of a table whose total is shown, the smallest
-- other one goes with it, as in DfE's tables.
companions as (
    select
        by_counts.*,
        sum(case when by_counts.is_hidden then 1 else 0 end) over (
            partition by by_counts.la_code, by_counts.period_end, by_counts.metric_id, by_counts.breakdown
        ) = 1
        and by_counts.breakdown <> 'all'
        and totals_shown.measure is not null as has_one_hidden,
        row_number() over (
            partition by by_counts.la_code, by_counts.period_end, by_counts.metric_id, by_counts.breakdown
            order by
                case when by_counts.is_hidden then 1 else 0 end,
                case when by_counts.numerator = 0 then 1 else 0 end,
                by_counts.numerator,
                by_counts.category
        ) as preference
    from by_counts
    left join totals_shown
        on
            by_counts.la_code = totals_shown.la_code
            and by_counts.period_end = totals_shown.period_end
            and by_counts.numerator_measure = totals_shown.measure
),

judged as (
    select
        la_code,
        period_end,
        metric_id,
        breakdown,
        category,
        unit,
        numerator,
        denominator,
        numerator_measure,
        denominator_measure,
        has_denominator_of_category,
        is_hidden or (has_one_hidden and preference = 1) as is_hidden,
        case when is_hidden or not (has_one_hidden and preference = 1) then reason else 'protects' end as reason
    from companions
),

tables as (
    select
        la_code,
        period_end,
        metric_id,
        breakdown,
        max(numerator_measure) as numerator_measure,
        max(denominator_measure) as denominator_measure,
        max(case when has_denominator_of_category then 1 else 0 end) = 1 as has_denominators_of_categories,
        sum(numerator) as sum_of_numerators,
        sum(denominator) as sum_of_denominators,
        sum(case when is_hidden then 1 else 0 end) as categories_hidden,
        sum(case when is_hidden then 0 else numerator end) as numerators_shown,
        sum(case when is_hidden then numerator end) as numerators_together,
        sum(case when is_hidden then denominator end) as denominators_together,
        min(denominator) as one_denominator
    from judged
    where breakdown not in ('all', 'month') and unit not in ('mean', 'median_months')
    group by la_code, period_end, metric_id, breakdown
),

together as (
    select
        tables.la_code,
        tables.period_end,
        tables.metric_id,
        tables.breakdown,
        tables.numerators_together as numerator,
        case
            when tables.has_denominators_of_categories then tables.denominators_together
            else tables.one_denominator
        end as denominator
    from tables
    inner join totals_shown as of_numerators
        on
            tables.la_code = of_numerators.la_code
            and tables.period_end = of_numerators.period_end
            and tables.numerator_measure = of_numerators.measure
            and tables.sum_of_numerators = of_numerators.total
    left join totals_shown as of_denominators
        on
            tables.la_code = of_denominators.la_code
            and tables.period_end = of_denominators.period_end
            and tables.denominator_measure = of_denominators.measure
            and (
                not tables.has_denominators_of_categories
                or tables.sum_of_denominators = of_denominators.total
            )
    left join breakdowns
        on
            tables.numerator_measure = breakdowns.metric_id
            and tables.breakdown = breakdowns.breakdown
            and breakdowns.treatment = 'not_additive'
    where
        tables.categories_hidden > 1
        -- All together are the total, which has a row.
        and tables.numerators_shown > 0
        and breakdowns.metric_id is null
        and (tables.denominator_measure is null or of_denominators.measure is not null)
),

-- What is small together is not shown together either.
shown_together as (
    select * from together
    where
        not {{ is_small('numerator') }}
        and (
            denominator is null
            or not ({{ is_small('denominator') }} or {{ is_small('denominator - numerator') }})
        )
),

units as (
    select distinct
        metric_id,
        unit
    from figures
),

final as (
    select
        judged.la_code,
        judged.period_end,
        judged.metric_id,
        judged.breakdown,
        judged.category,
        judged.unit,
        judged.numerator,
        judged.denominator,
        judged.is_hidden,
        judged.is_hidden and shown_together.metric_id is not null as is_in_another,
        judged.reason
    from judged
    left join shown_together
        on
            judged.la_code = shown_together.la_code
            and judged.period_end = shown_together.period_end
            and judged.metric_id = shown_together.metric_id
            and judged.breakdown = shown_together.breakdown
    union all
    select
        shown_together.la_code,
        shown_together.period_end,
        shown_together.metric_id,
        shown_together.breakdown,
        '{{ categories_together() }}' as category,
        units.unit,
        shown_together.numerator,
        shown_together.denominator,
        false as is_hidden,
        false as is_in_another,
        cast(null as string) as reason
    from shown_together
    inner join units on shown_together.metric_id = units.metric_id
)

select * from final
