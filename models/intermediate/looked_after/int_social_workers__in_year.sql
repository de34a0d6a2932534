{{ config(meta={'definition': '11.12'}) }}
-- Distinct social workers in the financial year, the time before the child came into care included; back to a former
-- worker is not another worker.
with periods as (
    select * from {{ ref('int_periods__published') }}
    where period_type = 'financial_year'
),

allocations as (
    select * from {{ ref('stg_ssda903__sw_episodes') }}
),

-- Yearly files repeat open allocations: the latest return's row is the allocation.
ranked as (
    select
        *,
        row_number() over (partition by la_code, child, sw_id, sw_decom order by collection_year desc) as recency
    from allocations
),

final as (
    select
        periods.la_code,
        periods.period_end,
        ranked.child,
        count(distinct ranked.sw_id) as social_workers
    from periods
    inner join ranked
        on
            periods.la_code = ranked.la_code
            and ranked.sw_decom <= periods.period_end
            and (ranked.sw_dec is null or ranked.sw_dec > periods.period_start)
    where ranked.recency = 1
    group by periods.la_code, periods.period_end, ranked.child
)

select * from final
