{{ config(meta={'definition': '12.16'}) }}
-- The plan that counts on a day: agreed in the present period of care, not ended, of several the one that is not
-- parallel, then the one agreed last, then the one delivered last.
with in_care as (
    select * from {{ ref('int_in_care__on_dates') }}
),

plans as (
    select * from {{ ref('stg_iro__permanence_plans') }}
),

live as (
    select
        in_care.la_code,
        in_care.as_of_on,
        in_care.child,
        plans.plan_id,
        plans.plan_type,
        plans.agreed_on,
        plans.achieved_on,
        plans.parallel,
        row_number() over (
            partition by in_care.la_code, in_care.as_of_on, in_care.child
            order by
                case when plans.parallel = 'Y' then 1 else 0 end,
                plans.agreed_on desc,
                plans.collection_year desc,
                plans.file_name desc,
                plans.row_number desc
        ) as rank_of_plan,
        count(*) over (partition by in_care.la_code, in_care.as_of_on, in_care.child) as live_plans
    from in_care
    inner join plans
        on
            in_care.la_code = plans.la_code
            and in_care.child = plans.child
            and {{ is_in_present_stay('plans.agreed_on') }}
            and (plans.ended_on is null or plans.ended_on > in_care.as_of_on)
),

final as (
    select
        la_code,
        as_of_on,
        child,
        plan_id,
        coalesce(plan_type, 'Unknown') as plan_type,
        agreed_on,
        case when achieved_on <= as_of_on then achieved_on end as achieved_on,
        live_plans > 1 or coalesce(parallel = 'Y', false) as is_parallel_planned
    from live
    where rank_of_plan = 1
)

select * from final
