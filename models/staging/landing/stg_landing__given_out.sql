with given_out as (
    select * from {{ source('decisions', 'given_out') }}
),

final as (
    select
        run_id,
        la_code,
        period_end,
        metric_id,
        breakdown,
        category,
        numerator,
        denominator,
        is_suppressed
    from given_out
)

select * from final
