-- The printed figures are public; ours beside them only where everything that it rests on is shown.
with reconciliation as (
    select * from {{ ref('report_reconciliation') }}
),

figures as (
    select * from {{ ref('report_figures') }}
),

public_values as (
    select * from {{ ref('public_metric_values') }}
),

changes as (
    select * from {{ ref('public_metric_changes') }}
),

tables as (
    select
        la_code,
        metric_id,
        breakdown,
        period_end,
        max(
            case when is_suppressed or category = '{{ categories_together() }}' then 1 else 0 end
        ) = 1 as has_suppressed
    from public_values
    where breakdown <> 'all'
    group by la_code, metric_id, breakdown, period_end
),

judged as (
    select
        reconciliation.*,
        figures.comparator is null
        and reconciliation.computed_value is not null
        and (
            coalesce(changes.is_suppressed, true)
            or (figures.value_kind in ('change', 'relative_change') and changes.previous_value is null)
            or (figures.value_kind in ('range', 'largest') and coalesce(tables.has_suppressed, true))
        ) as is_suppressed
    from reconciliation
    inner join figures on reconciliation.figure_id = figures.figure_id
    left join changes
        on
            reconciliation.la_code = changes.la_code
            and reconciliation.metric_id = changes.metric_id
            and reconciliation.breakdown = changes.breakdown
            and reconciliation.category = changes.category
            and reconciliation.period_end = changes.period_end
    left join tables
        on
            reconciliation.la_code = tables.la_code
            and reconciliation.metric_id = tables.metric_id
            and reconciliation.breakdown = tables.breakdown
            and reconciliation.period_end = tables.period_end
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
        case when not is_suppressed then computed_value end as computed_value,
        case when not is_suppressed then agrees end as agrees,
        case
            when is_suppressed then 'Not shown: our figure is, or rests on, a small number.'
            else explanation
        end as explanation,
        case when is_suppressed then 'c' else computed_display end as computed_display,
        is_suppressed,
        la_code
    from judged
)

select * from final
