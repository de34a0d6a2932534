with days as (
    select * from {{ ref('int_calendar__days') }}
),

final as (
    select
        date_day,
        collection_year,
        cast(calendar_year as integer) as calendar_year,
        cast(calendar_month as integer) as calendar_month,
        month_ends_on,
        is_month_end,
        is_financial_year_end,
        is_working_day,
        bank_holiday
    from days
)

select * from final
