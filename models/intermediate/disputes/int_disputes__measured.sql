{{ config(meta={'definition': '12.12'}) }}
-- Each dispute with its limit of 20 working days and what its stages add up to.
with disputes as (
    select * from {{ ref('stg_iro__disputes') }}
),

stages as (
    select
        la_code,
        dispute_id,
        count(distinct stage) as stages_entered
    from {{ ref('int_dispute_stages__timed') }}
    group by la_code, dispute_id
),

bypassed as (
    select
        la_code,
        dispute_id,
        {{ string_list_aggregate('bypassed_stage') }} as bypassed_stages
    from {{ ref('int_dispute_stages__bypassed') }}
    group by la_code, dispute_id
),

days as (
    select * from {{ ref('int_calendar__days') }}
),

final as (
    select
        disputes.la_code,
        disputes.dispute_id,
        disputes.child,
        disputes.iro_id,
        disputes.raised_on,
        coalesce(disputes.category, 'Unknown') as dispute_category,
        coalesce({{ code_is('disputes.category', 'good_practice') }}, false) as is_good_practice,
        disputes.current_stage,
        disputes.resolved_on,
        disputes.resolved_stage,
        -- Some systems keep the stage in one column alone.
        coalesce(disputes.resolved_stage, disputes.current_stage, 'Unknown') as resolving_stage,
        disputes.cafcass_referred_on,
        raised_days.working_day_20_after as resolution_due_on,
        raised_days.working_day_number as raised_working_day_number,
        resolved_days.working_day_number - raised_days.working_day_number as working_days_to_resolution,
        coalesce(stages.stages_entered, 0) as stages_entered,
        bypassed.bypassed_stages
    from disputes
    left join days as raised_days on disputes.raised_on = raised_days.date_day
    left join days as resolved_days on disputes.resolved_on = resolved_days.date_day
    left join stages on disputes.la_code = stages.la_code and disputes.dispute_id = stages.dispute_id
    left join bypassed on disputes.la_code = bypassed.la_code and disputes.dispute_id = bypassed.dispute_id
)

select * from final
