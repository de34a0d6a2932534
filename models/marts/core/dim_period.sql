with periods as (
    select * from {{ ref('int_periods__published') }}
),

final as (
    select
        {{ hash_key(['la_code', 'period_type', 'period_end']) }} as period_key,
        la_code,
        period_type,
        period_start,
        period_end,
        first_collection_year,
        last_collection_year,
        status,
        as_known_at,
        is_synthetic
    from periods
)

select * from final
