{{ config(meta={'definition': '11.20'}) }}
-- A period is published when every day of it is covered by the return of its collection year; so an extract taken in
-- the middle of a year never publishes the coming 31 March, even when the next year's return has come since.
with years as (
    select * from {{ ref('int_collection_years__delivered') }}
),

days as (
    select * from {{ ref('int_calendar__days') }}
),

authorities as (
    select
        la_code,
        max(covers_to) as covered_to,
        max(extracted_on) as as_known_at
    from years
    group by la_code
),

month_ends as (
    select
        authorities.la_code,
        authorities.as_known_at,
        days.date_day as period_end,
        days.collection_year as last_collection_year,
        days.is_financial_year_end,
        {{ add_days(month_end(add_months('days.date_day', -12)), 1) }} as period_start
    from authorities
    inner join days on days.date_day <= authorities.covered_to
    where days.is_month_end
),

candidates as (
    select
        *,
        {{ collection_year_of('period_start') }} as first_collection_year
    from month_ends
),

-- A year's period lies in one collection year or in two: the first has to be whole, the last to reach the period's end.
complete as (
    select
        candidates.*,
        case
            when first_year.status = 'final' and last_year.status = 'final' then 'final'
            else 'provisional'
        end as status,
        first_year.is_synthetic or last_year.is_synthetic as is_synthetic
    from candidates
    inner join years as first_year
        on
            candidates.la_code = first_year.la_code
            and candidates.first_collection_year = first_year.collection_year
            and (
                first_year.covers_to = first_year.year_ends_on
                or candidates.first_collection_year = candidates.last_collection_year
            )
    inner join years as last_year
        on
            candidates.la_code = last_year.la_code
            and candidates.last_collection_year = last_year.collection_year
            and candidates.period_end <= last_year.covers_to
),

financial_years as (
    select
        la_code,
        'financial_year' as period_type,
        period_start,
        period_end,
        first_collection_year,
        last_collection_year,
        status,
        as_known_at,
        is_synthetic
    from complete
    where is_financial_year_end
),

recent as (
    select
        *,
        row_number() over (partition by la_code order by period_end desc) as recency
    from complete
),

rolling_years as (
    select
        la_code,
        'rolling_year' as period_type,
        period_start,
        period_end,
        first_collection_year,
        last_collection_year,
        status,
        as_known_at,
        is_synthetic
    from recent
    where recency <= 24
),

final as (
    select * from financial_years
    union all
    select * from rolling_years
)

select * from final
