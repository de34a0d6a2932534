/*
  At the end of every period that the IRO service's extracts cover, oversight and the permanence tracker have the
  children looked after, all of them and nobody else.
  Catches: a child in care on a day by one rule and not by the other, and a join that drops who has no officer, no
  rating or no plan.
*/
with covered as (
    select * from {{ ref('int_iro_periods') }}
),

looked_after as (
    select cohort.*
    from {{ ref('children_looked_after_by_period') }} as cohort
    inner join covered
        on
            cohort.la_code = covered.la_code
            and cohort.period_type = covered.period_type
            and cohort.period_end = covered.period_end
),

rows_told as (
    select
        la_code,
        period_type,
        period_end,
        child_key,
        'looked_after' as told_by
    from looked_after
    union all
    select
        la_code,
        period_type,
        period_end,
        child_key,
        'oversight' as told_by
    from {{ ref('case_oversight_by_period') }}
    union all
    select
        la_code,
        period_type,
        period_end,
        child_key,
        'permanence' as told_by
    from {{ ref('permanence_by_period') }}
)

select
    la_code,
    period_type,
    period_end,
    child_key
from rows_told
group by la_code, period_type, period_end, child_key
having count(distinct told_by) <> 3 or count(*) <> 3
