/*
  A child looked after for the whole year did not start after its first day and did not cease in it.
  Catches: the edges of the OC2 cohort slipping, and short breaks making a child "continuously" looked after.
*/
with cohort as (
    select * from {{ ref('int_children_looked_after') }}
    where is_in_oc2_cohort
)

select
    cohort.la_code,
    cohort.period_end,
    started.started_on,
    ceased.ended_on
from cohort
left join {{ ref('int_children_started') }} as started
    on
        cohort.la_code = started.la_code
        and cohort.period_type = started.period_type
        and cohort.period_end = started.period_end
        and cohort.child = started.child
        and cohort.period_start < started.started_on
left join {{ ref('int_children_ceased') }} as ceased
    on
        cohort.la_code = ceased.la_code
        and cohort.period_type = ceased.period_type
        and cohort.period_end = ceased.period_end
        and cohort.child = ceased.child
where
    started.child is not null
    or ceased.child is not null
    or cohort.period_type <> 'financial_year'
