-- Each figure printed in the 2024/25 report beside ours, rounded as it was printed. A figure that no delivered data can
-- give has no computed value, and one that differs says why.
with figures as (
    select * from {{ ref('report_figures') }}
),

metric_values as (
    select * from {{ ref('metric_values') }}
    where la_code = '812' and period_type = 'financial_year'
),

paired as (
    select
        figures.*,
        {{ try_decimal('figures.printed_value') }} as printed_number,
        present.value,
        present.numerator,
        previous.value as previous_value
    from figures
    left join metric_values as present
        on
            figures.metric_id = present.metric_id
            and figures.breakdown = present.breakdown
            and figures.category = present.category
            and figures.period_end = present.period_end
            and figures.comparator is null
    left join metric_values as previous
        on
            present.metric_id = previous.metric_id
            and present.breakdown = previous.breakdown
            and present.category = previous.category
            and {{ add_months('present.period_end', -12) }} = previous.period_end
),

computed as (
    select
        *,
        case value_kind
            when 'value' then value
            when 'numerator' then numerator
            when 'complement' then 100 - value
            when 'change' then value - previous_value
            when 'relative_change' then 100.0 * (value - previous_value) / previous_value
        end as computed_value
    from paired
),

-- Half up on the size of the figure, whatever its sign.
rounded as (
    select
        *,
        case
            when decimals = 1 then cast({{ half_up('abs(computed_value)', 1) }} as double)
            else cast({{ half_up('abs(computed_value)', 0) }} as double)
        end as computed_size
    from computed
),

final as (
    select
        figure_id,
        section,
        quote,
        geography,
        period,
        printed_value,
        metric_id,
        breakdown,
        category,
        period_end,
        cast(computed_value as double) as computed_value,
        case
            when computed_value is null or printed_number is null then null
            else
                computed_size = cast(abs(printed_number) as double)
                and (computed_size = 0 or (computed_value < 0) = (printed_number < 0))
        end as agrees,
        case
            when computed_value is not null then explanation
            when explanation is not null then 'Not computed. ' || explanation
            when comparator is not null then 'Not computed: DfE''s published statistics are not loaded.'
            else 'Not computed: the records it counts were not delivered.'
        end as explanation
    from rounded
)

select * from final
