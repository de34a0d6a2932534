/*
  Allocations overlap as delivered; resolved, they never do, and every day of an allocation has an officer.
  Catches: a stretch that reaches over the next change, and days that fall out between two of them.
*/
with effective as (
    select * from {{ ref('int_iro_allocations__effective') }}
),

ordered as (
    select
        *,
        lead(from_on) over (partition by la_code, child order by from_on) as next_from_on
    from effective
),

delivered as (
    select * from {{ ref('stg_iro__iro_allocations') }}
    where ended_on is null or ended_on > allocated_on
),

covered as (
    select distinct
        delivered.la_code,
        delivered.child,
        delivered.allocated_on
    from delivered
    inner join effective
        on
            delivered.la_code = effective.la_code
            and delivered.child = effective.child
            and effective.from_on <= delivered.allocated_on
            and (effective.to_on is null or effective.to_on > delivered.allocated_on)
)

select
    la_code,
    from_on as day_in_question
from ordered
where
    (to_on is null and next_from_on is not null)
    or to_on > next_from_on
    or to_on <= from_on
union all
select
    delivered.la_code,
    delivered.allocated_on as day_in_question
from delivered
left join covered
    on
        delivered.la_code = covered.la_code
        and delivered.child = covered.child
        and delivered.allocated_on = covered.allocated_on
where covered.child is null
