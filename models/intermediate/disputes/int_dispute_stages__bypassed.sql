{{ config(meta={'definition': '8'}) }}
-- Officers may go straight to whoever can settle a matter: the stages below the highest one that were never entered.
with stages as (
    select * from {{ ref('int_dispute_stages__timed') }}
),

ranks as (
    select
        category,
        sort_order as stage_rank
    from {{ ref('metric_category_lists') }}
    where breakdown = 'dispute_stage'
),

highest as (
    select
        la_code,
        dispute_id,
        max(stage_rank) as stage_rank
    from stages
    group by la_code, dispute_id
),

passed as (
    select
        highest.la_code,
        highest.dispute_id,
        ranks.category,
        ranks.stage_rank
    from highest
    inner join ranks on highest.stage_rank > ranks.stage_rank
),

entered as (
    select distinct
        la_code,
        dispute_id,
        stage
    from stages
),

final as (
    select
        passed.la_code,
        passed.dispute_id,
        passed.category as bypassed_stage,
        passed.stage_rank
    from passed
    left join entered
        on
            passed.la_code = entered.la_code
            and passed.dispute_id = entered.dispute_id
            and passed.category = entered.stage
    where entered.stage is null
)

select * from final
