{{ config(meta={'definition': '12.17'}) }}
-- The days for which caseloads, oversight and plans are worked out. A month end needs both: an extract of the reviewing
-- officers' service that reaches it, and a return that says who was in care.
with deliveries as (
    select * from {{ ref('int_deliveries__current') }}
    where is_current
),

days as (
    select * from {{ ref('int_calendar__days') }}
    where is_month_end
),

extracts as (
    select * from deliveries
    where dataset = 'iro'
),

returns as (
    select * from deliveries
    where dataset = 'ssda903'
),

month_ends as (
    select
        extracts.la_code,
        days.date_day as as_of_on
    from extracts
    inner join returns
        on extracts.la_code = returns.la_code and extracts.collection_year = returns.collection_year
    inner join days
        on
            extracts.collection_year = days.collection_year
            and days.date_day <= extracts.covers_to
            and days.date_day <= returns.covers_to
),

-- The day for which work lists are made; an authority without extracts has reviews to hold all the same.
latest_days as (
    select
        la_code,
        coalesce(
            max(case when dataset = 'iro' then covers_to end),
            max(case when dataset = 'ssda903' then covers_to end)
        ) as as_of_on
    from deliveries
    group by la_code
),

dates as (
    select
        la_code,
        as_of_on
    from month_ends
    union
    select
        la_code,
        as_of_on
    from latest_days
),

final as (
    select
        dates.la_code,
        dates.as_of_on,
        month_ends.la_code is not null as is_month_end,
        latest_days.la_code is not null as is_latest
    from dates
    left join month_ends on dates.la_code = month_ends.la_code and dates.as_of_on = month_ends.as_of_on
    left join latest_days on dates.la_code = latest_days.la_code and dates.as_of_on = latest_days.as_of_on
)

select * from final
