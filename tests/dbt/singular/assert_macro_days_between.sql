/*
  Catches: swapped arguments, and counting both ends.
*/
with cases as (
    select given.* from (
        values
        (date '2024-04-01', date '2025-03-31', 364),
        (date '2023-04-01', date '2024-03-31', 365),
        (date '2025-03-31', date '2025-03-31', 0),
        (date '2025-04-01', date '2025-03-31', -1),
        (cast(null as date), date '2025-03-31', cast(null as integer))
    ) as given (start_date, end_date, expected)
),

computed as (
    select
        cases.*,
        {{ days_between('start_date', 'end_date') }} as actual
    from cases
)

select * from computed
where actual is distinct from expected
