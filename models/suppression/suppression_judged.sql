-- Every figure of the public variant with whether it may be shown: neither of its counts may be hidden.
with figures as (
    select * from {{ ref('suppression_figures') }}
),

cells as (
    select * from {{ ref('suppression_cells') }}
),

hidden as (
    select * from {{ ref('suppression_hidden') }}
),

hidden_cells as (
    select
        cells.la_code,
        cells.period_end,
        cells.measure,
        cells.breakdown,
        cells.category
    from hidden
    inner join cells on hidden.cell_number = cells.cell_number
),

final as (
    select
        figures.la_code,
        figures.period_end,
        figures.metric_id,
        figures.breakdown,
        figures.category,
        figures.unit,
        figures.numerator,
        figures.denominator,
        hidden_numerators.measure is not null or hidden_denominators.measure is not null as is_hidden
    from figures
    left join hidden_cells as hidden_numerators
        on
            figures.la_code = hidden_numerators.la_code
            and figures.period_end = hidden_numerators.period_end
            and figures.numerator_measure = hidden_numerators.measure
            and figures.numerator_breakdown = hidden_numerators.breakdown
            and figures.numerator_category = hidden_numerators.category
    left join hidden_cells as hidden_denominators
        on
            figures.la_code = hidden_denominators.la_code
            and figures.period_end = hidden_denominators.period_end
            and figures.denominator_measure = hidden_denominators.measure
            and figures.denominator_breakdown = hidden_denominators.breakdown
            and figures.denominator_category = hidden_denominators.category
)

select * from final
