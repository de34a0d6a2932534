/*
  Catches: banker's rounding, rounding a quotient whose binary fraction lies a hair under the half, and rounding
  twice (22.449 is 22, though 22.45 would be 22.5 and so 23).
*/
with cases as (
    select given.* from (
        values
        (cast(22.5 as double), 23, '0.23'),
        (cast(62.5 as double), 63, '0.63'),
        (cast(0.5 as double), 1, '0.01'),
        (cast(1.5 as double), 2, '0.02'),
        (cast(2.5 as double), 3, '0.03'),
        (cast(22.449 as double), 22, '0.22'),
        (cast(0.49999 as double), 0, '0.00'),
        (cast(100.0 * 1 / 8 as double), 13, '0.13'),
        (cast(100.0 * 23 / 40 as double), 58, '0.58'),
        (cast(0 as double), 0, '0.00'),
        (cast(null as double), null, null)
    ) as given (figure, expected, expected_as_text)
),

computed as (
    select
        cases.*,
        {{ half_up('figure') }} as actual,
        cast({{ half_up('figure / 100', 2) }} as string) as actual_as_text
    from cases
)

select * from computed
where
    actual is distinct from expected
    or actual_as_text is distinct from expected_as_text
