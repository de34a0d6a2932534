-- Each figure printed in the 2024/25 report beside ours, rounded as it was printed. A figure that no delivered data can
-- give has no computed value, and one that differs says why. The comparators are those that the report used, whatever
-- the default is: DfE's release of 2024 and the mean of the neighbours of April 2021.
with figures as (
    select * from {{ ref('report_figures') }}
),

-- Whose report it is, the comparators that it prints say.
report as (
    select distinct la_code
    from {{ ref('printed_comparators') }}
    where release = 'printed report 2024/25'
),

metric_values as (
    select * from {{ ref('metric_values') }}
    where la_code in (select report.la_code from report) and period_type = 'financial_year'
),

comparators as (
    select * from {{ ref('comparator_values') }}
    where
        la_code in (select report.la_code from report)
        and release = '2024'
        and not is_printed
        and (neighbour_model is null or neighbour_model = '2021-04')
        and (method is null or method = 'mean')
),

-- The service as a whole.
caseloads as (
    select * from {{ ref('iro_caseload_months') }}
    where la_code in (select report.la_code from report) and iro_key = 'all'
),

managers as (
    select * from {{ ref('dim_iro') }}
    where la_code in (select report.la_code from report) and {{ code_is('role', 'service_manager') }}
),

caseload_ranges as (
    select
        'iro_caseload' as metric_id,
        'all' as breakdown,
        {{ last_day_of_collection_year(collection_year_of('month_end')) }} as period_end,
        min(caseload) as lowest,
        max(caseload) as highest
    from caseloads
    group by {{ last_day_of_collection_year(collection_year_of('month_end')) }}
),

category_ranges as (
    select
        metric_id,
        breakdown,
        period_end,
        min(value) as lowest,
        max(value) as highest
    from metric_values
    where breakdown <> 'all'
    group by
        metric_id,
        breakdown,
        period_end
),

ranges as (
    select * from caseload_ranges
    union all
    select * from category_ranges
),

tenures as (
    select
        figures.figure_id,
        max({{ completed_years('managers.started_on', 'figures.period_end') }}) as years_in_post
    from figures
    inner join managers
        on
            managers.started_on <= figures.period_end
            and (managers.ended_on is null or managers.ended_on > figures.period_end)
    where figures.value_kind = 'years_in_post'
    group by figures.figure_id
),

comparator_ranges as (
    select
        metric_id,
        breakdown,
        category,
        min(comparator_value) as lowest,
        max(comparator_value) as highest
    from comparators
    where collection_year = 2024
    group by
        metric_id,
        breakdown,
        category
    -- Neighbours, region and England.
    having count(comparator_value) = 3
),

paired as (
    select
        figures.*,
        report.la_code,
        {{ try_decimal('figures.printed_value') }} as printed_number,
        {{ try_decimal("split_part(figures.printed_value, '-', 1)") }} as printed_lowest,
        {{ try_decimal("split_part(figures.printed_value, '-', 2)") }} as printed_highest,
        present.value,
        present.numerator,
        previous.value as previous_value,
        comparators.comparator_value,
        ranges.lowest,
        ranges.highest,
        category_ranges.highest as highest_of_categories,
        comparator_ranges.lowest as lowest_comparator,
        comparator_ranges.highest as highest_comparator,
        tenures.years_in_post
    from figures
    cross join report
    left join tenures on figures.figure_id = tenures.figure_id
    left join metric_values as present
        on
            figures.metric_id = present.metric_id
            and figures.breakdown = present.breakdown
            and figures.category = present.category
            and figures.period_end = present.period_end
    left join metric_values as previous
        on
            present.metric_id = previous.metric_id
            and present.breakdown = previous.breakdown
            and present.category = previous.category
            and {{ add_months('present.period_end', -12) }} = previous.period_end
    left join comparators
        on
            figures.metric_id = comparators.metric_id
            and figures.breakdown = comparators.breakdown
            and figures.category = comparators.category
            and figures.comparator = comparators.comparator
            and {{ collection_year_of('figures.period_end') }} = comparators.collection_year
    left join ranges
        on
            figures.metric_id = ranges.metric_id
            and figures.breakdown = ranges.breakdown
            and figures.period_end = ranges.period_end
    left join category_ranges
        on
            figures.metric_id = category_ranges.metric_id
            and figures.breakdown = category_ranges.breakdown
            and figures.period_end = category_ranges.period_end
    left join comparator_ranges
        on
            figures.metric_id = comparator_ranges.metric_id
            and figures.breakdown = comparator_ranges.breakdown
            and figures.category = comparator_ranges.category
),

-- Of a range the end that lies further outside the printed one, or the highest.
computed as (
    select
        *,
        case
            when comparator is not null then comparator_value
            when value_kind = 'value' then value
            when value_kind = 'numerator' then numerator
            when value_kind = 'complement' then 100 - value
            when value_kind = 'change' then value - previous_value
            when value_kind = 'relative_change' then 100.0 * (value - previous_value) / nullif(previous_value, 0)
            when value_kind = 'range'
                then case when printed_lowest - lowest > highest - printed_highest then lowest else highest end
            when value_kind = 'largest' then value
            when value_kind = 'years_in_post' then years_in_post
            when value_kind in ('above_comparators', 'below_comparators') and highest_comparator is not null then value
        end as computed_value
    from paired
),

-- Half up on the size of the figure, whatever its sign.
rounded as (
    select
        *,
        case
            when decimals = 1 then cast({{ half_up('abs(computed_value)', 1) }} as string)
            else cast({{ half_up('abs(computed_value)', 0) }} as string)
        end as computed_size,
        cast({{ half_up('lowest', 0) }} as string) as shown_lowest,
        cast({{ half_up('highest', 0) }} as string) as shown_highest
    from computed
),

judged as (
    select
        *,
        case
            when computed_value is null then null
            when value_kind = 'range'
                then
                    {{ half_up('lowest', 0) }} >= printed_lowest
                    and {{ half_up('highest', 0) }} <= printed_highest
            when value_kind = 'largest' then value = highest_of_categories
            when value_kind = 'above_comparators' then value > highest_comparator
            when value_kind = 'below_comparators' then value < lowest_comparator
            else
                {{ try_decimal('computed_size') }} = abs(printed_number)
                and ({{ try_decimal('computed_size') }} = 0 or (computed_value < 0) = (printed_number < 0))
        end as agrees,
        case
            when computed_value is null then null
            when value_kind = 'range' and shown_lowest <> shown_highest then shown_lowest || '-' || shown_highest
            when computed_value < 0 and {{ try_decimal('computed_size') }} <> 0 then '-' || computed_size
            else computed_size
        end as computed_display
    from rounded
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
        agrees,
        case
            when agrees then explanation
            when computed_value is not null
                then concat_ws(
                    ' ',
                    'Computed: ' || computed_display || '.',
                    coalesce(explanation, 'The delivered records give another figure than the report printed.')
                )
            when value_kind = 'none' then concat_ws(' ', 'Not computed.', explanation)
            when comparator is not null or value_kind in ('above_comparators', 'below_comparators')
                then concat_ws(' ', 'Not computed: DfE' || chr(39) || 's release of 2024 is not loaded.', explanation)
            else concat_ws(' ', 'Not computed: the records it counts were not delivered.', explanation)
        end as explanation,
        computed_display,
        la_code
    from judged
)

select * from final
