/*
  A child looked after for the whole year did not start after its first day and did not cease in it. The cohort goes by
  RNE S (definitions 11.13), so that one who once had short breaks may start by a change of legal status unnoticed.
  Catches: the edges of the OC2 cohort slipping, and annual flags given to rolling years.
*/
with cohort as (
    select * from {{ ref('int_children_looked_after') }}
    where is_in_oc2_cohort
),

had_short_breaks as (
    select distinct
        la_code,
        child
    from {{ ref('int_episodes__settled') }}
    where is_respite
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
left join had_short_breaks
    on cohort.la_code = had_short_breaks.la_code and cohort.child = had_short_breaks.child
where
    (started.child is not null and had_short_breaks.child is null)
    or ceased.child is not null
    or cohort.period_type <> 'financial_year'
