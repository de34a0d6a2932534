-- Each count once: whether it is a small number, what readers know of it already, and what they would miss of it.
with figures as (
    select * from {{ ref('suppression_figures') }}
),

known as (
    select * from {{ ref('suppression_known') }}
),

told as (
    select
        la_code,
        period_end,
        numerator_measure as measure,
        numerator_breakdown as breakdown,
        numerator_category as category,
        numerator as value,
        is_of_children,
        importance,
        weight
    from figures
    where numerator is not null
    union all
    select
        la_code,
        period_end,
        denominator_measure as measure,
        denominator_breakdown as breakdown,
        denominator_category as category,
        denominator as value,
        is_of_children,
        importance,
        weight
    from figures
    where denominator is not null and denominator_measure is not null
),

cells as (
    select
        la_code,
        period_end,
        measure,
        breakdown,
        category,
        cast(min(value) as double) as value,
        max(case when is_of_children then 1 else 0 end) = 1 as is_of_children,
        -- The totals that DfE prints for every authority are public, whatever is done here.
        min(importance) = 1 and breakdown = 'all' as is_printed_total,
        -- Whoever hides a count hides every figure that tells it.
        sum(weight) as weight
    from told
    group by la_code, period_end, measure, breakdown, category
),

judged as (
    select
        cells.*,
        coalesce(known.is_hidden_elsewhere, false) as was_hidden,
        coalesce(known.lowest_value = cells.value or known.highest_value = cells.value, false) as was_told,
        cells.is_of_children and {{ is_small('cells.value') }} as is_small,
        cells.is_of_children and not cells.is_printed_total
        and (
            {{ is_small('abs(cells.value - known.lowest_given_out)') }}
            or {{ is_small('abs(cells.value - known.highest_given_out)') }}
        ) as has_moved_a_little
    from cells
    left join known
        on
            cells.la_code = known.la_code
            and cells.period_end = known.period_end
            and cells.measure = known.measure
            and cells.breakdown = known.breakdown
            and cells.category = known.category
),

final as (
    select
        cast(
            row_number() over (order by la_code, period_end, measure, breakdown, category) as bigint
        ) as cell_number,
        la_code,
        period_end,
        measure,
        breakdown,
        category,
        value,
        is_small or coalesce(has_moved_a_little, false) as is_primary,
        was_hidden,
        was_told as is_known,
        is_printed_total,
        -- A nought is missed more than a small number: it is no secret, and tells that there is nobody.
        cast(case when value = 0 then 5 else 1 end * weight as double) as weight
    from judged
)

select * from final
