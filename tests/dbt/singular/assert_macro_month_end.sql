/*
  Catches: February, and a month end that moves on to the next month.
*/
with cases as (
    select given.* from (
        values
        (date '2024-02-01', date '2024-02-29'),
        (date '2025-02-28', date '2025-02-28'),
        (date '2025-03-31', date '2025-03-31'),
        (date '2025-12-15', date '2025-12-31'),
        (cast(null as date), cast(null as date))
    ) as given (some_date, expected)
),

computed as (
    select
        cases.*,
        {{ month_end('some_date') }} as actual
    from cases
)

select * from computed
where actual is distinct from expected
