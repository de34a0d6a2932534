/*
  Catches: a decimal comma read as thousands, and 20.04 not rounded to the scale before it is compared.
*/
with cases as (
    select '20.04' as delivered, 20.0 as expected
    union all
    select '20.05', 20.1
    union all
    select '0', 0.0
    union all
    select '999.9', 999.9
    union all
    select '20,4', null
    union all
    select 'x', null
    union all
    select cast(null as varchar), null
),

computed as (
    select
        cases.*,
        {{ try_decimal('delivered', 6, 1) }} as actual
    from cases
)

select * from computed
where actual is distinct from expected
