{{ config(meta={'definition': '12.12'}) }}
-- A dispute belongs to the period in which it was raised, and is judged as it stood at the period's end. Those still
-- open at the end, and those taken to Cafcass in the period, have a row too, whenever they were raised; a referral may
-- be dated before that.
with periods as (
    select * from {{ ref('int_iro_periods') }}
),

disputes as (
    select * from {{ ref('int_disputes__measured') }}
),

stages as (
    select * from {{ ref('int_dispute_stages__timed') }}
),

keys as (
    select * from {{ ref('stg_reference__iro_keys') }}
),

days as (
    select * from {{ ref('int_calendar__days') }}
),

related as (
    select
        periods.period_type,
        periods.period_start,
        periods.period_end,
        disputes.*,
        disputes.raised_on between periods.period_start and periods.period_end as is_raised_in_period,
        disputes.raised_on <= periods.period_end as is_raised,
        coalesce(disputes.resolved_on <= periods.period_end, false) as is_resolved,
        coalesce(
            disputes.cafcass_referred_on between periods.period_start and periods.period_end, false
        ) as was_referred_to_cafcass_in_period
    from periods
    inner join disputes
        on
            periods.la_code = disputes.la_code
            and (
                disputes.raised_on <= periods.period_end
                or disputes.cafcass_referred_on between periods.period_start and periods.period_end
            )
),

reached as (
    select
        related.la_code,
        related.period_type,
        related.period_end,
        related.dispute_id,
        stages.stage,
        row_number() over (
            partition by related.la_code, related.period_type, related.period_end, related.dispute_id
            order by stages.stage_number desc
        ) as recency
    from related
    inner join stages
        on
            related.la_code = stages.la_code
            and related.dispute_id = stages.dispute_id
            and related.period_end >= stages.entered_on
),

latest_stages as (
    select * from reached
    where recency = 1
),

final as (
    select
        related.la_code,
        related.period_type,
        related.period_start,
        related.period_end,
        related.dispute_id,
        related.child,
        keys.iro_key,
        related.raised_on,
        related.resolution_due_on,
        case when related.is_resolved then related.resolved_on end as resolved_on,
        related.dispute_category,
        related.is_good_practice,
        related.is_raised_in_period,
        related.is_resolved,
        related.is_raised and not related.is_resolved as is_open_at_period_end,
        case when related.is_resolved then related.resolving_stage else 'ONGOING' end as dispute_stage,
        -- Without a history of stages the dispute's own columns are all that is known.
        coalesce(
            latest_stages.stage,
            case when related.is_resolved then related.resolving_stage else related.current_stage end
        ) as stage_reached,
        related.is_raised_in_period
        and related.is_resolved
        and {{ code_is('related.resolving_stage', 'early_stage') }} as is_resolved_early,
        case
            when related.is_resolved then related.working_days_to_resolution
            when related.is_raised then end_days.working_day_number - related.raised_working_day_number
        end as working_days_open,
        related.is_raised_in_period
        and not related.is_good_practice
        and (related.is_resolved or related.period_end > related.resolution_due_on) as is_in_limit_denominator,
        related.is_raised_in_period
        and not related.is_good_practice
        and related.is_resolved
        and related.resolved_on <= related.resolution_due_on as is_within_limit,
        related.was_referred_to_cafcass_in_period
    from related
    inner join days as end_days on related.period_end = end_days.date_day
    left join latest_stages
        on
            related.la_code = latest_stages.la_code
            and related.period_type = latest_stages.period_type
            and related.period_end = latest_stages.period_end
            and related.dispute_id = latest_stages.dispute_id
    left join keys on related.la_code = keys.la_code and related.iro_id = keys.iro_id
    where
        related.is_raised_in_period
        or (related.is_raised and not related.is_resolved)
        or related.was_referred_to_cafcass_in_period
)

select * from final
