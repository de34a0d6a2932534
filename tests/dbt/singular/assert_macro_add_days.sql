/*
  Catches: an off-by-one across a leap day, and a timestamp where a date is meant.
*/
with cases as (
    select given.* from (
        values
        (date '2024-02-28', 1, date '2024-02-29'),
        (date '2025-02-28', 1, date '2025-03-01'),
        (date '2025-04-01', -1, date '2025-03-31'),
        (date '2025-03-31', 0, date '2025-03-31'),
        (cast(null as date), 1, cast(null as date))
    ) as given (start_date, days, expected)
),

computed as (
    select
        cases.*,
        {{ add_days('start_date', 'days') }} as actual
    from cases
)

select * from computed
where actual is distinct from expected
