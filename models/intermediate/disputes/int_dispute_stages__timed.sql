{{ config(meta={'definition': '8, 12.12'}) }}
-- How long a dispute stayed at each stage. A stage without an end ended when the next one began, the last one when the
-- dispute was resolved; the one it now stands at has none.
with stages as (
    select * from {{ ref('stg_iro__dispute_stages') }}
),

disputes as (
    select * from {{ ref('stg_iro__disputes') }}
),

days as (
    select * from {{ ref('int_calendar__days') }}
),

-- The order in which a dispute escalates.
ranks as (
    select
        category,
        sort_order as stage_rank
    from {{ ref('metric_category_lists') }}
    where breakdown = 'dispute_stage'
),

ordered as (
    select
        stages.la_code,
        stages.dispute_id,
        disputes.child,
        stages.stage,
        ranks.stage_rank,
        stages.entered_on,
        stages.left_on,
        disputes.resolved_on,
        cast(row_number() over (
            partition by stages.la_code, stages.dispute_id order by stages.entered_on, ranks.stage_rank
        ) as bigint) as stage_number,
        lead(stages.entered_on) over (
            partition by stages.la_code, stages.dispute_id order by stages.entered_on, ranks.stage_rank
        ) as next_entered_on
    from stages
    inner join disputes on stages.la_code = disputes.la_code and stages.dispute_id = disputes.dispute_id
    inner join ranks on stages.stage = ranks.category
),

ended as (
    select
        *,
        coalesce(left_on, next_entered_on, case when resolved_on >= entered_on then resolved_on end) as stage_ended_on
    from ordered
),

final as (
    select
        ended.la_code,
        ended.dispute_id,
        ended.child,
        ended.stage_number,
        ended.stage,
        ended.stage_rank,
        ended.entered_on,
        ended.stage_ended_on as left_on,
        ended.next_entered_on,
        end_days.working_day_number - entry_days.working_day_number as working_days
    from ended
    left join days as entry_days on ended.entered_on = entry_days.date_day
    left join days as end_days on ended.stage_ended_on = end_days.date_day
)

select * from final
