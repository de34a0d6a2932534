with counted as (
    select * from {{ ref('int_rows__counted_in_iro_extracts') }}
),

final as {{ table_counts('iro', 'counted') }}

select * from final
