with periods as (
    select * from {{ ref('dim_period') }}
),

final as (
    select * from periods
    where period_type = 'financial_year'
)

select * from final
