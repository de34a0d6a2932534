-- How often each rule was broken, and whether the number may be shown: none of 1 to 5, and never exactly one hidden of
-- a delivery, whose total would tell it.
with rejected as (
    -- That a child was erased, and how many rows, is nobody else's affair.
    select * from {{ ref('rejected_records') }}
    where rule_id <> 'erased'
),

repaired as (
    select * from {{ ref('repaired_records') }}
),

issues as (
    select * from {{ ref('data_quality_issues') }}
),

-- Nothing is told of what is in a delivery that is not believed, and nothing of crosswalks.
deliveries as (
    select * from {{ ref('dim_delivery') }}
    where delivery_status in ('in force', 'superseded') and dataset <> 'crosswalk'
),

of_deliveries as (
    select
        deliveries.la_code,
        deliveries.collection_year,
        rejected.delivery_id,
        'reject' as effect,
        rejected.rule_id,
        count(*) as records
    from rejected
    inner join deliveries on rejected.delivery_id = deliveries.delivery_id
    group by deliveries.la_code, deliveries.collection_year, rejected.delivery_id, rejected.rule_id
    union all
    select
        deliveries.la_code,
        deliveries.collection_year,
        repaired.delivery_id,
        'repair' as effect,
        repaired.rule_id,
        count(*) as records
    from repaired
    inner join deliveries on repaired.delivery_id = deliveries.delivery_id
    group by deliveries.la_code, deliveries.collection_year, repaired.delivery_id, repaired.rule_id
),

counted as (
    select * from of_deliveries
    union all
    select
        la_code,
        collection_year,
        cast(null as varchar) as delivery_id,
        'report' as effect,
        rule_id,
        count(*) as records
    from issues
    group by la_code, collection_year, rule_id
),

weighed as (
    select
        *,
        {{ is_small('records') }} as is_small,
        count(*) over (partition by la_code, collection_year, delivery_id, effect) as numbers
    from counted
),

ranked as (
    select
        *,
        sum(case when is_small then 1 else 0 end) over (
            partition by la_code, collection_year, delivery_id, effect
        ) as small_numbers,
        row_number() over (
            partition by la_code, collection_year, delivery_id, effect
            order by case when is_small then 1 else 0 end, records, rule_id
        ) as preference
    from weighed
),

final as (
    select
        la_code,
        collection_year,
        delivery_id,
        effect,
        rule_id,
        cast(records as bigint) as records,
        is_small or (small_numbers = 1 and preference = 1) as is_hidden,
        -- Nothing else could be hidden in its stead: the total goes.
        small_numbers = 1 and numbers = 1 as is_told_by_total
    from ranked
)

select * from final
