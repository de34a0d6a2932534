-- Every figure of the public variant with the cells of its counts; null where it has no such count.
with figures as (
    select * from {{ ref('suppression_figures') }}
),

cells as (
    select * from {{ ref('suppression_cells') }}
),

final as (
    select
        figures.*,
        numerators.cell_number as numerator_cell,
        denominators.cell_number as denominator_cell
    from figures
    left join cells as numerators
        on
            figures.la_code = numerators.la_code
            and figures.period_end = numerators.period_end
            and figures.numerator_measure = numerators.measure
            and figures.numerator_breakdown = numerators.breakdown
            and figures.numerator_category = numerators.category
    left join cells as denominators
        on
            figures.la_code = denominators.la_code
            and figures.period_end = denominators.period_end
            and figures.denominator_measure = denominators.measure
            and figures.denominator_breakdown = denominators.breakdown
            and figures.denominator_category = denominators.category
)

select * from final
