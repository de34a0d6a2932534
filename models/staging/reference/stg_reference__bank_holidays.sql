with bank_holidays as (
    select * from {{ source('reference', 'bank_holidays') }}
),

final as (
    select
        holiday_on,
        name
    from bank_holidays
)

select * from final
