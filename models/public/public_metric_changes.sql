-- A change is shown where both years are; limits where the figure is.
with figures as (
    select
        *,
        extract(year from period_end) as period_year
    from {{ ref('public_metric_values') }}
),

changes as (
    select * from {{ ref('metric_changes') }}
    where period_type = 'financial_year'
),

compared as (
    select
        figures.la_code,
        figures.period_type,
        figures.period_end,
        figures.metric_id,
        figures.breakdown,
        figures.category,
        figures.value,
        figures.display_value,
        figures.is_suppressed,
        previous.value as previous_value,
        previous.display_value as previous_display
    from figures
    left join figures as previous
        on
            figures.la_code = previous.la_code
            and figures.metric_id = previous.metric_id
            and figures.breakdown = previous.breakdown
            and figures.category = previous.category
            and figures.period_year = previous.period_year + 1
),

final as (
    select
        compared.la_code,
        compared.period_type,
        compared.period_end,
        compared.metric_id,
        compared.breakdown,
        compared.category,
        compared.value,
        compared.display_value,
        compared.previous_value,
        compared.previous_display,
        compared.value - compared.previous_value as change,
        100.0 * (compared.value - compared.previous_value)
        / nullif(compared.previous_value, 0) as relative_change_percent,
        case when not compared.is_suppressed then changes.value_low end as value_low,
        case when not compared.is_suppressed then changes.value_high end as value_high,
        case
            when compared.previous_value is not null and not compared.is_suppressed then changes.direction
        end as direction,
        case
            when compared.previous_value is not null and not compared.is_suppressed then changes.position
        end as position,
        compared.is_suppressed,
        case
            when compared.previous_value is not null and not compared.is_suppressed then changes.is_beyond_chance
        end as is_beyond_chance,
        case
            when compared.previous_value is not null and not compared.is_suppressed then changes.verdict
        end as verdict
    from compared
    -- What gathers the rare words of a year gathers others in the next: it has no change.
    inner join changes
        on
            compared.la_code = changes.la_code
            and compared.period_end = changes.period_end
            and compared.metric_id = changes.metric_id
            and compared.breakdown = changes.breakdown
            and compared.category = changes.category
)

select * from final
