/*
  Catches: an off-by-one across a leap day, and a timestamp where a date is meant.
*/
with cases as (
    select date '2024-02-28' as start_date, 1 as days, date '2024-02-29' as expected
    union all
    select date '2025-02-28', 1, date '2025-03-01'
    union all
    select date '2025-04-01', -1, date '2025-03-31'
    union all
    select date '2025-03-31', 0, date '2025-03-31'
    union all
    select cast(null as date), 1, cast(null as date)
),

computed as (
    select
        cases.*,
        {{ add_days('start_date', 'days') }} as actual
    from cases
)

select * from computed
where actual is distinct from expected
