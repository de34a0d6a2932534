with headlines as (
    select * from {{ ref('headline_figures') }}
),

final as (
    select
        place,
        metric_id,
        breakdown,
        category,
        name,
        means
    from headlines
)

select * from final
