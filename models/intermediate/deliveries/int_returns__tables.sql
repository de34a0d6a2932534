with counted as (
    select * from {{ ref('int_rows__counted_in_returns') }}
),

final as {{ table_counts('ssda903', 'counted') }}

select * from final
