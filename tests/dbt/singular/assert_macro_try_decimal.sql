/*
  Catches: a decimal comma read as thousands, and 20.04 not rounded to the scale before it is compared.
*/
with cases as (
    select given.* from (
        values
        ('20.04', 20.0),
        ('20.05', 20.1),
        ('0', 0.0),
        ('999.9', 999.9),
        ('20,4', null),
        ('x', null),
        (cast(null as string), null)
    ) as given (delivered, expected)
),

computed as (
    select
        cases.*,
        {{ try_decimal('delivered', 6, 1) }} as actual
    from cases
)

select * from computed
where actual is distinct from expected
