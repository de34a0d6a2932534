/*
  Catches: 12.5 rounded to 13, and text taken for 0.
*/
with cases as (
    select given.* from (
        values
        ('0', 0),
        ('12', 12),
        ('12.0', 12),
        ('12.5', null),
        ('-1', -1),
        ('041', 41),
        ('x', null),
        ('99999999999999', null),
        ('', null),
        (cast(null as string), null)
    ) as given (delivered, expected)
),

computed as (
    select
        cases.*,
        {{ try_integer('delivered') }} as actual
    from cases
)

select * from computed
where actual is distinct from expected
