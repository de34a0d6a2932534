-- A year's figure by the months that make it up. Each row of the year is counted in one month, so that the months add
-- up to the year's figure; a rolling year would not do, for it differs from the one before by two months.
with figures as (
    select * from {{ ref('metric_values') }}
    where
        period_type = 'financial_year'
        and breakdown = 'all'
        and metric_id in ('started_looked_after', 'ceased_looked_after', 'reviews_on_time', 'disputes_raised')
),

days as (
    select * from {{ ref('int_calendar__days') }}
    where is_month_end
),

definitions as (
    select * from {{ ref('metric_definitions') }}
),

started as (
    select * from {{ ref('int_children_started') }}
    where period_type = 'financial_year'
),

ceased as (
    select * from {{ ref('int_children_ceased') }}
    where period_type = 'financial_year'
),

reviews as (
    select * from {{ ref('int_reviews') }}
    where period_type = 'financial_year' and is_due
),

disputes as (
    select * from {{ ref('int_disputes') }}
    where period_type = 'financial_year' and is_raised_in_period
),

events as (
    select
        la_code,
        period_end,
        'started_looked_after' as metric_id,
        {{ month_end('started_on') }} as month_ends_on,
        1 as numerator,
        cast(null as integer) as denominator
    from started
    union all
    select
        la_code,
        period_end,
        'ceased_looked_after' as metric_id,
        {{ month_end('ended_on') }} as month_ends_on,
        1 as numerator,
        cast(null as integer) as denominator
    from ceased
    union all
    -- A review counts where it was due or held, whichever came first: one held early is not due a second time.
    select
        la_code,
        period_end,
        'reviews_on_time' as metric_id,
        {{ month_end('case when reviewed_on < due_on then reviewed_on else due_on end') }} as month_ends_on,
        case when is_on_time then 1 else 0 end as numerator,
        1 as denominator
    from reviews
    union all
    select
        la_code,
        period_end,
        'disputes_raised' as metric_id,
        {{ month_end('raised_on') }} as month_ends_on,
        1 as numerator,
        cast(null as integer) as denominator
    from disputes
),

counted as (
    select
        la_code,
        period_end,
        metric_id,
        month_ends_on,
        sum(numerator) as numerator,
        sum(denominator) as denominator
    from events
    group by la_code, period_end, metric_id, month_ends_on
),

months as (
    select
        figures.la_code,
        figures.period_start,
        figures.period_end,
        days.date_day as month_ends_on,
        figures.metric_id,
        definitions.unit,
        definitions.decimals,
        figures.status,
        figures.as_known_at,
        figures.is_synthetic
    from figures
    inner join days on days.date_day between figures.period_start and figures.period_end
    inner join definitions on figures.metric_id = definitions.metric_id
),

valued as (
    select
        months.*,
        coalesce(counted.numerator, 0) as numerator,
        case when months.unit = 'percent' then coalesce(counted.denominator, 0) end as denominator,
        case
            when months.unit = 'percent' then 100.0 * counted.numerator / nullif(counted.denominator, 0)
            else coalesce(counted.numerator, 0)
        end as value
    from months
    left join counted
        on
            months.la_code = counted.la_code
            and months.period_end = counted.period_end
            and months.metric_id = counted.metric_id
            and months.month_ends_on = counted.month_ends_on
),

final as (
    select
        la_code,
        period_start,
        period_end,
        month_ends_on,
        metric_id,
        cast(numerator as double) as numerator,
        cast(denominator as double) as denominator,
        cast(value as double) as value,
        coalesce({{ shown('value', 'unit', 'decimals') }}, 'z') as display_value,
        status,
        as_known_at,
        is_synthetic
    from valued
)

select * from final
