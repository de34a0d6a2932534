-- Rules on disputes and the stages they went through.
with disputes as (
    select * from {{ ref('stg_iro__disputes') }}
),

stages as (
    select * from {{ ref('stg_iro__dispute_stages') }}
),

codes as (
    select * from {{ ref('iro_codes') }}
    where code_set = 'dispute_stage'
),

-- Of stages entered on one day the furthest is the last.
ranked_stages as (
    select
        stages.*,
        row_number() over (
            partition by stages.la_code, stages.dispute_id order by stages.entered_on desc, codes.sort_order desc
        ) as recency,
        max(stages.left_on) over (
            partition by stages.la_code, stages.dispute_id
            order by stages.entered_on, codes.sort_order rows between unbounded preceding and 1 preceding
        ) as latest_end_before
    from stages
    left join codes on stages.stage = codes.code
),

-- A stage belongs to the dispute's child.
examined_stages as (
    select
        ranked_stages.*,
        disputes.dispute_id is not null as has_dispute,
        disputes.child
    from ranked_stages
    left join disputes
        on ranked_stages.la_code = disputes.la_code and ranked_stages.dispute_id = disputes.dispute_id
),

beside_history as (
    select
        disputes.*,
        examined_stages.stage as last_stage
    from disputes
    inner join examined_stages
        on
            disputes.la_code = examined_stages.la_code
            and disputes.dispute_id = examined_stages.dispute_id
            and examined_stages.recency = 1
),

dispute_resolved_without_stage as (
    select {{ quality_issue('dispute_resolved_without_stage', 'disputes', 'raised_on', 'resolved_stage') }}
    from disputes
    where resolved_on is not null and resolved_stage is null
),

dispute_stage_without_resolution as (
    select {{ quality_issue('dispute_stage_without_resolution', 'disputes', 'raised_on', 'resolved_on') }}
    from disputes
    where resolved_on is null and resolved_stage is not null
),

dispute_stage_disagrees as (
    select {{ quality_issue('dispute_stage_disagrees', 'disputes', 'raised_on', 'current_stage') }}
    from beside_history
    where current_stage <> last_stage
),

dispute_stages_overlap as (
    select {{ quality_issue('dispute_stages_overlap', 'dispute_stages', 'entered_on', 'entered_on') }}
    from examined_stages
    where latest_end_before > entered_on
),

stage_without_dispute as (
    select {{ quality_issue('stage_without_dispute', 'dispute_stages', 'entered_on', 'dispute_id') }}
    from examined_stages
    where not has_dispute
),

final as (
    {{ all_rows_of([
        'dispute_resolved_without_stage', 'dispute_stage_without_resolution', 'dispute_stage_disagrees',
        'dispute_stages_overlap', 'stage_without_dispute'
    ]) }}
)

select * from final
