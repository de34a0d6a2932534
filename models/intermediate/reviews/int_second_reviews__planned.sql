{{ config(meta={'definition': '12.16'}) }}
-- By the second review a child is to have a plan for permanence. Any plan agreed by that day will do, one that has
-- ended since among them.
with schedule as (
    select * from {{ ref('int_reviews__schedule') }}
    where review_type = 'SECOND' and reviewed_on is not null
),

plans as (
    select * from {{ ref('stg_iro__permanence_plans') }}
),

planned as (
    select distinct
        schedule.la_code,
        schedule.child,
        schedule.period_number
    from schedule
    inner join plans
        on
            schedule.la_code = plans.la_code
            and schedule.child = plans.child
            and plans.agreed_on between schedule.period_of_care_started_on and schedule.reviewed_on
),

final as (
    select
        schedule.la_code,
        schedule.child,
        schedule.period_number,
        schedule.reviewed_on,
        planned.child is not null as has_plan
    from schedule
    left join planned
        on
            schedule.la_code = planned.la_code
            and schedule.child = planned.child
            and schedule.period_number = planned.period_number
)

select * from final
