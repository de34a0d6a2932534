{{ config(meta={'definition': '12'}) }}
-- The spine that periods are cut from; long enough for the start of anybody still in care and well past the latest
-- return. Every day carries the n-th working day after it, for the limits that the law and the service set: a due date
-- is then one join, never a count of days.
with days as (
    {{ date_spine('1990-04-01', '2040-12-31') }}
),

bank_holidays as (
    select * from {{ ref('stg_reference__bank_holidays') }}
),

-- 1 January 1990 was a Monday.
judged as (
    select
        days.date_day,
        bank_holidays.name as bank_holiday,
        {{ days_between(date_literal('1990-01-01'), 'days.date_day') }} % 7 < 5
        and bank_holidays.holiday_on is null as is_working_day
    from days
    left join bank_holidays on days.date_day = bank_holidays.holiday_on
),

numbered as (
    select
        *,
        cast(sum(case when is_working_day then 1 else 0 end) over (order by date_day) as bigint) as working_day_number
    from judged
),

working_days as (
    select
        date_day,
        working_day_number
    from numbered
    where is_working_day
),

-- The last months of the spine only serve the days before them.
final as (
    select
        numbered.date_day,
        {{ collection_year_of('numbered.date_day') }} as collection_year,
        extract(year from numbered.date_day) as calendar_year,
        extract(month from numbered.date_day) as calendar_month,
        {{ month_end('numbered.date_day') }} as month_ends_on,
        numbered.date_day = {{ month_end('numbered.date_day') }} as is_month_end,
        extract(month from numbered.date_day) = 3 and extract(day from numbered.date_day) = 31 as is_financial_year_end,
        numbered.is_working_day,
        numbered.bank_holiday,
        numbered.working_day_number,
        fifth.date_day as working_day_5_after,
        tenth.date_day as working_day_10_after,
        twentieth.date_day as working_day_20_after
    from numbered
    left join working_days as fifth on numbered.working_day_number + 5 = fifth.working_day_number
    left join working_days as tenth on numbered.working_day_number + 10 = tenth.working_day_number
    left join working_days as twentieth on numbered.working_day_number + 20 = twentieth.working_day_number
    where numbered.date_day <= {{ date_literal('2040-03-31') }}
)

select * from final
