-- Comparators are public already. What would give a hidden figure away beside them goes with it.
with comparisons as (
    select * from {{ ref('metric_comparison') }}
    where period_type = 'financial_year'
),

changes as (
    select * from {{ ref('public_metric_changes') }}
),

final as (
    select
        comparisons.la_code,
        comparisons.period_type,
        comparisons.period_end,
        comparisons.metric_id,
        comparisons.breakdown,
        comparisons.category,
        changes.value,
        changes.display_value,
        changes.previous_value,
        changes.change,
        changes.relative_change_percent,
        comparisons.comparator,
        comparisons.comparator_value,
        comparisons.comparator_display,
        comparisons.comparator_collection_year,
        comparisons.release,
        comparisons.neighbour_model,
        comparisons.method,
        comparisons.neighbours_counted,
        comparisons.neighbours_suppressed,
        case when not changes.is_suppressed then comparisons.difference end as difference,
        case when not changes.is_suppressed then comparisons.position end as position,
        case when not changes.is_suppressed then comparisons.significant end as significant,
        changes.value_low,
        changes.value_high,
        comparisons.is_sparse,
        comparisons.is_printed,
        case when not changes.is_suppressed then comparisons.direction end as direction,
        changes.is_suppressed,
        case when not changes.is_suppressed then comparisons.verdict end as verdict
    from comparisons
    inner join changes
        on
            comparisons.la_code = changes.la_code
            and comparisons.period_end = changes.period_end
            and comparisons.metric_id = changes.metric_id
            and comparisons.breakdown = changes.breakdown
            and comparisons.category = changes.category
)

select * from final
