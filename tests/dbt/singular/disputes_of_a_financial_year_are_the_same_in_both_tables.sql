/*
  A reader who picks the disputes raised in a financial year by their day finds those that disputes_by_period says were
  raised in it; and at the latest published day both tables say the same of how a dispute stands.
  Catches: a dispute that one of the two leaves out, and a rule that only one of them follows.
*/
with disputes as (
    select * from {{ ref('disputes') }}
),

by_period as (
    select * from {{ ref('disputes_by_period') }}
    where period_type = 'financial_year'
),

years as (
    select * from {{ ref('int_iro_periods') }}
    where period_type = 'financial_year'
),

raised_by_day as (
    select
        years.period_end,
        disputes.*
    from disputes
    inner join years
        on
            disputes.la_code = years.la_code
            and disputes.raised_on between years.period_start and years.period_end
),

raised_by_period as (
    select * from by_period
    where is_raised_in_period
)

select
    coalesce(raised_by_day.la_code, raised_by_period.la_code) as la_code,
    coalesce(raised_by_day.dispute_key, raised_by_period.dispute_key) as dispute_key
from raised_by_day
full outer join raised_by_period
    on
        raised_by_day.la_code = raised_by_period.la_code
        and raised_by_day.period_end = raised_by_period.period_end
        and raised_by_day.dispute_key = raised_by_period.dispute_key
where
    raised_by_day.dispute_key is null
    or raised_by_period.dispute_key is null
    or raised_by_day.dispute_category <> raised_by_period.dispute_category
union all
select
    by_period.la_code,
    by_period.dispute_key
from by_period
left join disputes
    on by_period.la_code = disputes.la_code and by_period.dispute_key = disputes.dispute_key
where
    disputes.dispute_key is null
    or by_period.is_good_practice <> disputes.is_good_practice
    or (
        by_period.period_end = disputes.as_of_on
        and (
            by_period.is_open_at_period_end <> disputes.is_open
            or by_period.is_resolved <> disputes.is_resolved
            or by_period.dispute_stage <> disputes.dispute_stage
            or by_period.stage_reached is distinct from disputes.stage_reached
            or by_period.working_days_open is distinct from disputes.working_days_open
            or by_period.resolved_on is distinct from disputes.resolved_on
            or by_period.is_within_limit <> (by_period.is_raised_in_period and disputes.is_within_limit)
            or by_period.is_in_limit_denominator
            <> (by_period.is_raised_in_period and disputes.is_in_limit_denominator)
            or by_period.is_resolved_early <> (by_period.is_raised_in_period and disputes.is_resolved_early)
        )
    )
