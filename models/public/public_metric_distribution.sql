-- Nothing in it is of a child: it is public as it is.
with final as (
    select * from {{ ref('metric_distribution') }}
)

select * from final
