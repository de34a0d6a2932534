{{ config(meta={'definition': '12.12'}) }}
-- A dispute belongs to the period in which it was raised, and is judged as it stood at the period's end. Those still
-- open at the end, and those taken to Cafcass in the period, have a row too, whenever they were raised; a referral may
-- be dated before that.
with periods as (
    select * from {{ ref('int_iro_periods') }}
),

disputes as (
    select * from {{ ref('int_disputes__on_dates') }}
),

related as (
    select
        periods.period_type,
        periods.period_start,
        periods.period_end,
        disputes.*,
        disputes.raised_on between periods.period_start and periods.period_end as is_raised_in_period,
        coalesce(
            disputes.cafcass_referred_on between periods.period_start and periods.period_end, false
        ) as was_referred_to_cafcass_in_period
    from periods
    inner join disputes on periods.la_code = disputes.la_code and periods.period_end = disputes.as_of_on
),

final as (
    select
        la_code,
        period_type,
        period_start,
        period_end,
        dispute_id,
        child,
        iro_key,
        raised_on,
        resolution_due_on,
        resolved_on,
        dispute_category,
        is_good_practice,
        is_raised_in_period,
        is_resolved,
        is_open as is_open_at_period_end,
        dispute_stage,
        stage_reached,
        is_raised_in_period and is_resolved_early as is_resolved_early,
        working_days_open,
        is_raised_in_period and is_in_limit_denominator as is_in_limit_denominator,
        is_raised_in_period and is_within_limit as is_within_limit,
        was_referred_to_cafcass_in_period
    from related
    where is_raised_in_period or is_open or was_referred_to_cafcass_in_period
)

select * from final
