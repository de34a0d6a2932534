-- Each count once, with whether it is itself a small number, or the rest of a percentage is one.
with figures as (
    select * from {{ ref('suppression_figures') }}
),

told as (
    select
        la_code,
        period_end,
        numerator_measure as measure,
        numerator_breakdown as breakdown,
        numerator_category as category,
        numerator as value,
        case
            when {{ is_small('numerator') }} then 1
            when
                unit = 'percent' and denominator_measure is not null
                and {{ is_small('denominator - numerator') }}
                then 1
            else 0
        end as primary_mark,
        1 as numerator_mark
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
        case when {{ is_small('denominator') }} then 1 else 0 end as primary_mark,
        0 as numerator_mark
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
        min(value) as value,
        max(primary_mark) = 1 as is_primary,
        max(numerator_mark) = 1 as is_numerator
    from told
    group by la_code, period_end, measure, breakdown, category
),

final as (
    select
        row_number() over (order by la_code, period_end, measure, breakdown, category) as cell_number,
        *
    from cells
)

select * from final
