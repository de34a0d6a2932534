-- The spine that periods are cut from; long enough for the earliest return and well past the latest.
with days as (
    {{ date_spine('2010-04-01', '2032-03-31') }}
),

final as (
    select
        date_day,
        {{ collection_year_of('date_day') }} as collection_year,
        extract(year from date_day) as calendar_year,
        extract(month from date_day) as calendar_month,
        {{ month_end('date_day') }} as month_ends_on,
        date_day = {{ month_end('date_day') }} as is_month_end,
        extract(month from date_day) = 3 and extract(day from date_day) = 31 as is_financial_year_end
    from days
)

select * from final
