/*
  Catches: 12.5 rounded to 13, and text taken for 0.
*/
with cases as (
    select '0' as delivered, 0 as expected
    union all
    select '12', 12
    union all
    select '12.0', 12
    union all
    select '12.5', null
    union all
    select '-1', -1
    union all
    select '041', 41
    union all
    select 'x', null
    union all
    select '99999999999999', null
    union all
    select '', null
    union all
    select cast(null as varchar), null
),

computed as (
    select
        cases.*,
        {{ try_integer('delivered') }} as actual
    from cases
)

select * from computed
where actual is distinct from expected
