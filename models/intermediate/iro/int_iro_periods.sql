{{ config(meta={'definition': '12.17'}) }}
-- Of the published periods those whose end the reviewing officers' extracts reach. Which metrics they can give, table
-- by table, is for int_metrics__available to say.
with periods as (
    select * from {{ ref('int_periods__published') }}
),

dates as (
    select * from {{ ref('int_iro_dates') }}
    where is_month_end
),

final as (
    select
        periods.la_code,
        periods.period_type,
        periods.period_start,
        periods.period_end
    from periods
    inner join dates on periods.la_code = dates.la_code and periods.period_end = dates.as_of_on
)

select * from final
