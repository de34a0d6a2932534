/*
  Catches: February, and a month end that moves on to the next month.
*/
with cases as (
    select date '2024-02-01' as some_date, date '2024-02-29' as expected
    union all
    select date '2025-02-28', date '2025-02-28'
    union all
    select date '2025-03-31', date '2025-03-31'
    union all
    select date '2025-12-15', date '2025-12-31'
    union all
    select cast(null as date), cast(null as date)
),

computed as (
    select
        cases.*,
        {{ month_end('some_date') }} as actual
    from cases
)

select * from computed
where actual is distinct from expected
