with categories as (
    select * from {{ ref('metric_category_lists') }}
),

final as (
    select
        breakdown,
        variant,
        category,
        sort_order,
        is_closed,
        dfe_label
    from categories
)

select * from final
