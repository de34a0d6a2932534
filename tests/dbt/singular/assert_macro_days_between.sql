/*
  Catches: swapped arguments, and counting both ends.
*/
with cases as (
    select date '2024-04-01' as start_date, date '2025-03-31' as end_date, 364 as expected
    union all
    select date '2023-04-01', date '2024-03-31', 365
    union all
    select date '2025-03-31', date '2025-03-31', 0
    union all
    select date '2025-04-01', date '2025-03-31', -1
    union all
    select cast(null as date), date '2025-03-31', cast(null as integer)
),

computed as (
    select
        cases.*,
        {{ days_between('start_date', 'end_date') }} as actual
    from cases
)

select * from computed
where actual is distinct from expected
