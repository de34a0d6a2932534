/*
  Catches: clipping to the month end where the day exists, and months counted as 30 or 91 days.
*/
with cases as (
    select given.* from (
        values
        (date '2024-11-30', 3, date '2025-02-28'),
        (date '2023-11-30', 3, date '2024-02-29'),
        (date '2025-02-28', 3, date '2025-05-28'),
        (date '2025-01-31', 1, date '2025-02-28'),
        (date '2025-03-31', -30, date '2022-09-30'),
        (date '2025-03-31', -24, date '2023-03-31'),
        (date '2024-02-29', -24, date '2022-02-28'),
        (date '2025-06-30', 6, date '2025-12-30'),
        (cast(null as date), 6, cast(null as date))
    ) as given (start_date, months, expected)
),

computed as (
    select
        cases.*,
        {{ add_months('start_date', 'months') }} as actual
    from cases
)

select * from computed
where actual is distinct from expected
