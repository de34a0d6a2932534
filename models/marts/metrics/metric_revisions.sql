-- Every figure that is otherwise than it was published before: from what to what, and which deliveries came between.
-- What was published is taken in at the beginning of a build, so that 'this build' has the last state of each figure.
with figures_published as (
    select * from {{ ref('stg_landing__figures_published') }}
),

metric_values as (
    select * from {{ ref('metric_values') }}
),

arrivals as (
    select * from {{ ref('int_deliveries__arrivals') }}
),

published as (
    select figures_published.*
    from figures_published
    inner join arrivals
        on figures_published.la_code = arrivals.la_code and figures_published.run_id = arrivals.run_id
),

latest as (
    select *
    from (
        select
            published.*,
            row_number() over (
                partition by
                    published.la_code,
                    published.period_type,
                    published.period_end,
                    published.metric_id,
                    published.breakdown,
                    published.category
                order by published.run_id desc
            ) as states_since
        from published
    ) as numbered
    where states_since = 1
),

periods_now as (
    select distinct
        la_code,
        period_type,
        period_end
    from metric_values
),

-- Old periods leave the marts by themselves: a figure is missed only where its period still has others.
now_otherwise as (
    select
        latest.la_code,
        latest.period_type,
        latest.period_end,
        latest.metric_id,
        latest.breakdown,
        latest.category,
        metric_values.value,
        metric_values.display_value
    from latest
    inner join periods_now
        on
            latest.la_code = periods_now.la_code
            and latest.period_type = periods_now.period_type
            and latest.period_end = periods_now.period_end
    left join metric_values
        on
            latest.la_code = metric_values.la_code
            and latest.period_type = metric_values.period_type
            and latest.period_end = metric_values.period_end
            and latest.metric_id = metric_values.metric_id
            and latest.breakdown = metric_values.breakdown
            and latest.category = metric_values.category
    where
        metric_values.display_value is distinct from latest.display_value
        -- Sums of doubles come out in another order each time.
        or round(metric_values.numerator, 6) is distinct from round(latest.numerator, 6)
        or round(metric_values.denominator, 6) is distinct from round(latest.denominator, 6)
),

states as (
    select
        la_code,
        period_type,
        period_end,
        metric_id,
        breakdown,
        category,
        run_id,
        value,
        display_value
    from published
    union all
    select
        la_code,
        period_type,
        period_end,
        metric_id,
        breakdown,
        category,
        'this build' as run_id,
        value,
        display_value
    from now_otherwise
),

in_order as (
    select
        states.*,
        cast(row_number() over figure - 1 as bigint) as revision_number,
        lag(states.run_id) over figure as previous_run_id,
        lag(states.value) over figure as previous_value,
        lag(states.display_value) over figure as previous_display
    from states
    window
        figure as (
            partition by
                states.la_code,
                states.period_type,
                states.period_end,
                states.metric_id,
                states.breakdown,
                states.category
            order by states.run_id
        )
),

final as (
    select
        in_order.la_code,
        in_order.period_type,
        in_order.period_end,
        in_order.metric_id,
        in_order.breakdown,
        in_order.category,
        in_order.revision_number,
        in_order.previous_run_id,
        previous_run.published_at as previous_published_at,
        in_order.previous_value,
        in_order.previous_display,
        in_order.run_id,
        revised.published_at,
        in_order.value,
        in_order.display_value,
        in_order.value - in_order.previous_value as change,
        revised.because,
        revised.new_deliveries
    from in_order
    inner join arrivals as revised on in_order.la_code = revised.la_code and in_order.run_id = revised.run_id
    inner join arrivals as previous_run
        on in_order.la_code = previous_run.la_code and in_order.previous_run_id = previous_run.run_id
    where in_order.revision_number > 0
)

select * from final
