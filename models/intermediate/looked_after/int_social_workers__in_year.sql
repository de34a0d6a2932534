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
latest as {{ latest_by_key('allocations', ssda903_tables()['sw_episodes']) }},

final as (
    select
        periods.la_code,
        periods.period_end,
        latest.child,
        count(distinct latest.sw_id) as social_workers
    from periods
    inner join latest
        on
            periods.la_code = latest.la_code
            and latest.sw_decom <= periods.period_end
            and (latest.sw_dec is null or latest.sw_dec > periods.period_start)
    group by periods.la_code, periods.period_end, latest.child
)

select * from final
