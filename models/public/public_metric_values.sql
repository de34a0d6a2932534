-- The figures as the public sees them. Of a hidden one nothing is left: no numerator, no denominator, no value.
with judged as (
    select * from {{ ref('suppression_judged') }}
    where breakdown <> 'month' and not is_in_another
),

definitions as (
    select * from {{ ref('metric_definitions') }}
),

metric_values as (
    select * from {{ ref('metric_values') }}
    where period_type = 'financial_year'
),

metrics as (
    select
        la_code,
        period_end,
        metric_id,
        min(la_name) as la_name,
        min(period_start) as period_start,
        min(denominator_source) as denominator_source,
        max(status) as status,
        max(as_known_at) as as_known_at,
        max(case when is_synthetic then 1 else 0 end) = 1 as is_synthetic
    from metric_values
    group by la_code, period_end, metric_id
),

valued as (
    select
        judged.la_code,
        metrics.la_name,
        'financial_year' as period_type,
        metrics.period_start,
        judged.period_end,
        judged.metric_id,
        judged.breakdown,
        judged.category,
        case when not judged.is_hidden then judged.numerator end as numerator,
        case when not judged.is_hidden then judged.denominator end as denominator,
        -- What has no row of its own in metric_values is a sum of counts.
        case
            when judged.is_hidden then null
            when metric_values.metric_id is not null then metric_values.value
            when judged.unit = 'percent' then 100.0 * judged.numerator / nullif(judged.denominator, 0)
            else judged.numerator
        end as value,
        metrics.denominator_source,
        case
            when
                not judged.is_hidden and judged.breakdown = 'all' and not {{ is_small('metric_values.undetermined') }}
                then metric_values.undetermined
        end as undetermined,
        metrics.status,
        metrics.as_known_at,
        metrics.is_synthetic,
        judged.is_hidden as is_suppressed,
        judged.unit,
        metric_values.display_value as exact_display
    from judged
    inner join metrics
        on
            judged.la_code = metrics.la_code
            and judged.period_end = metrics.period_end
            and judged.metric_id = metrics.metric_id
    left join metric_values
        on
            judged.la_code = metric_values.la_code
            and judged.period_end = metric_values.period_end
            and judged.metric_id = metric_values.metric_id
            and judged.breakdown = metric_values.breakdown
            and judged.category = metric_values.category
),

final as (
    select
        valued.la_code,
        valued.la_name,
        valued.period_type,
        valued.period_start,
        valued.period_end,
        valued.metric_id,
        valued.breakdown,
        valued.category,
        valued.numerator,
        valued.denominator,
        valued.value,
        case
            when valued.is_suppressed then 'c'
            else coalesce(
                valued.exact_display, {{ shown('valued.value', 'valued.unit', 'definitions.decimals') }}, 'z'
            )
        end as display_value,
        valued.denominator_source,
        valued.undetermined,
        valued.status,
        valued.as_known_at,
        valued.is_synthetic,
        valued.is_suppressed
    from valued
    inner join definitions on valued.metric_id = definitions.metric_id
)

select * from final
