/*
  Catches: 31 March and 1 April in the wrong year.
*/
with cases as (
    select given.* from (
        values
        (date '2025-03-31', 2025, date '2024-04-01', date '2025-03-31'),
        (date '2025-04-01', 2026, date '2025-04-01', date '2026-03-31'),
        (date '2024-12-31', 2025, date '2024-04-01', date '2025-03-31'),
        (date '2025-01-01', 2025, date '2024-04-01', date '2025-03-31'),
        (date '2024-02-29', 2024, date '2023-04-01', date '2024-03-31')
    ) as given (some_date, expected, expected_first, expected_last)
),

computed as (
    select
        cases.*,
        {{ collection_year_of('some_date') }} as actual,
        {{ first_day_of_collection_year('expected') }} as actual_first,
        {{ last_day_of_collection_year('expected') }} as actual_last
    from cases
)

select * from computed
where
    actual is distinct from expected
    or actual_first is distinct from expected_first
    or actual_last is distinct from expected_last
