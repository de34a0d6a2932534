/*
  Ages worked by hand. Catches: counting changes of calendar year, and a child born on 29 February
  turning a year older on 28 February in a common year.
*/
with cases as (
    select given.* from (
        values
        (date '2010-06-15', date '2025-06-14', 14),
        (date '2010-06-15', date '2025-06-15', 15),
        (date '2024-12-31', date '2025-01-01', 0),
        (date '2008-02-29', date '2025-02-28', 16),
        (date '2008-02-29', date '2025-03-01', 17),
        (date '2008-02-29', date '2024-02-29', 16),
        (date '2015-03-31', date '2025-03-31', 10),
        (date '2025-03-31', date '2025-03-31', 0),
        (cast(null as date), date '2025-03-31', cast(null as integer))
    ) as given (birth, on_date, expected)
),

computed as (
    select
        cases.*,
        {{ completed_years('birth', 'on_date') }} as actual
    from cases
)

select * from computed
where actual is distinct from expected
