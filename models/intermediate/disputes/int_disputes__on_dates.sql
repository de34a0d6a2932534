{{ config(materialized='view', meta={'definition': '12.12'}) }}
-- A dispute as it stood at the end of each published period, once it was raised; a referral to Cafcass may be dated
-- before that. A view, since most disputes of most days are counted nowhere.
with dates as (
    select
        la_code,
        period_end as as_of_on,
        period_end = max(period_end) over (partition by la_code) as is_latest
    from {{ ref('int_iro_periods') }}
    group by la_code, period_end
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

known as (
    select
        dates.as_of_on,
        dates.is_latest,
        disputes.*,
        disputes.raised_on <= dates.as_of_on as is_raised,
        coalesce(disputes.resolved_on <= dates.as_of_on, false) as is_resolved
    from dates
    inner join disputes
        on
            dates.la_code = disputes.la_code
            and (disputes.raised_on <= dates.as_of_on or disputes.cafcass_referred_on <= dates.as_of_on)
),

reached as (
    select
        known.la_code,
        known.as_of_on,
        known.dispute_id,
        stages.stage,
        row_number() over (
            partition by known.la_code, known.as_of_on, known.dispute_id
            order by stages.stage_number desc
        ) as recency
    from known
    inner join stages
        on
            known.la_code = stages.la_code
            and known.dispute_id = stages.dispute_id
            and known.as_of_on >= stages.entered_on
),

latest_stages as (
    select * from reached
    where recency = 1
),

final as (
    select
        known.la_code,
        known.as_of_on,
        known.is_latest,
        known.dispute_id,
        known.child,
        keys.iro_key,
        known.raised_on,
        known.resolution_due_on,
        case when known.is_resolved then known.resolved_on end as resolved_on,
        known.cafcass_referred_on,
        known.dispute_category,
        known.is_good_practice,
        known.is_resolved,
        known.is_raised and not known.is_resolved as is_open,
        case when known.is_resolved then known.resolving_stage else 'ONGOING' end as dispute_stage,
        -- Without a history of stages the dispute's own columns are all that is known.
        coalesce(
            latest_stages.stage,
            case when known.is_resolved then known.resolving_stage else known.current_stage end
        ) as stage_reached,
        known.is_resolved and {{ code_is('known.resolving_stage', 'early_stage') }} as is_resolved_early,
        case
            when known.is_resolved then known.working_days_to_resolution
            when known.is_raised then as_of_days.working_day_number - known.raised_working_day_number
        end as working_days_open,
        not known.is_good_practice
        and (known.is_resolved or known.as_of_on > known.resolution_due_on) as is_in_limit_denominator,
        not known.is_good_practice
        and known.is_resolved
        and known.resolved_on <= known.resolution_due_on as is_within_limit
    from known
    inner join days as as_of_days on known.as_of_on = as_of_days.date_day
    left join latest_stages
        on
            known.la_code = latest_stages.la_code
            and known.as_of_on = latest_stages.as_of_on
            and known.dispute_id = latest_stages.dispute_id
    left join keys on known.la_code = keys.la_code and known.iro_id = keys.iro_id
)

select * from final
