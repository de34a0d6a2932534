with figures_published as (
    select * from {{ source('decisions', 'figures_published') }}
),

final as (
    select
        run_id,
        la_code,
        period_type,
        period_end,
        metric_id,
        breakdown,
        category,
        numerator,
        denominator,
        value,
        display_value
    from figures_published
)

select * from final
