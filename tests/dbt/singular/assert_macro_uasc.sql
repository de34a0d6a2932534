/*
  Who is an unaccompanied asylum-seeking child, worked by hand. Catches: the day on which the status ceases read as one
  with it, except on leaving care, when it ceases because the child leaves; a row of another year's return that speaks
  for this one; and a child without a row, of whom nothing is known, read as unknown instead of no.
*/
with cases as (
    select given.* from (
        values
        (2025, cast(null as date), date '2025-03-31', true, true),
        (2025, date '2025-03-31', date '2025-03-31', false, true),
        (2025, date '2025-03-30', date '2025-03-31', false, false),
        (2025, date '2025-04-01', date '2025-03-31', true, true),
        (2024, cast(null as date), date '2025-03-31', false, false),
        (2025, cast(null as date), date '2025-04-01', false, false),
        (cast(null as integer), cast(null as date), date '2025-03-31', false, false)
    ) as given (collection_year, status_ceased_on, on_day, expected, expected_on_leaving)
),

computed as (
    select
        cases.*,
        {{ is_uasc_on('on_day', 'cases') }} as actual,
        {{ is_uasc_on_leaving('on_day', 'cases') }} as actual_on_leaving
    from cases
)

select * from computed
where
    actual is distinct from expected
    or actual_on_leaving is distinct from expected_on_leaving
