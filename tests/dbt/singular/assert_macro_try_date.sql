/*
  Catches: dates outside the calendar becoming other dates, two-digit years becoming the year 25, month and day
  swapped, and words that an engine takes for a date.
*/
with cases as (
    select '31/03/2025' as delivered, date '2025-03-31' as expected
    union all
    select '1/4/2024', date '2024-04-01'
    union all
    select '2025-03-31', date '2025-03-31'
    union all
    select '2025-03-31 00:00:00', date '2025-03-31'
    union all
    select '2025-03-31T23:59:59', date '2025-03-31'
    union all
    select '29/02/2024', date '2024-02-29'
    union all
    select '29/02/2023', cast(null as date)
    union all
    select '31/04/2025', cast(null as date)
    union all
    select '03/31/2025', cast(null as date)
    union all
    select 'zz/03/2020', cast(null as date)
    union all
    select '31/03/25', cast(null as date)
    union all
    select '31/03/025', cast(null as date)
    union all
    select '31.03.2025', cast(null as date)
    union all
    select '20250331', cast(null as date)
    union all
    select '2025/03/31', cast(null as date)
    union all
    select 'epoch', cast(null as date)
    union all
    select 'infinity', cast(null as date)
    union all
    select 'today', cast(null as date)
    union all
    select '45747', cast(null as date)
    union all
    select '31/03/2025x', cast(null as date)
    union all
    select '', cast(null as date)
    union all
    select cast(null as varchar), cast(null as date)
),

computed as (
    select
        cases.*,
        {{ try_date('delivered') }} as actual
    from cases
)

select * from computed
where actual is distinct from expected
