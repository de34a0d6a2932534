{{ config(meta={'definition': '12.16'}) }}
with periods as (
    select * from {{ ref('int_iro_periods') }}
),

tracker as (
    select * from {{ ref('int_permanence__on_dates') }}
),

final as (
    select
        periods.period_type,
        periods.period_start,
        periods.period_end,
        tracker.*
    from periods
    inner join tracker
        on periods.la_code = tracker.la_code and periods.period_end = tracker.as_of_on
)

select * from final
