-- How often each rule was broken, and whether the number may be shown: none of 1 to 5, and never exactly one hidden of
-- a delivery, whose total would tell it.
with counts as (
    select * from {{ ref('data_quality_counts') }}
    -- That a child was erased, and how many rows, is nobody else's affair.
    where rule_id <> 'erased'
),

-- Nothing is told of what is in a delivery that is not believed, and nothing of crosswalks.
deliveries as (
    select * from {{ ref('dim_delivery') }}
    where delivery_status in ('in force', 'superseded') and dataset <> 'crosswalk'
),

counted as (
    select
        counts.la_code,
        counts.collection_year,
        counts.delivery_id,
        counts.effect,
        counts.rule_id,
        counts.sentence,
        counts.metrics_affected,
        counts.records
    from counts
    left join deliveries on counts.delivery_id = deliveries.delivery_id
    where counts.delivery_id is null or deliveries.delivery_id is not null
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
        sentence,
        metrics_affected,
        records,
        is_small or (small_numbers = 1 and preference = 1) as is_hidden,
        -- Nothing else could be hidden in its stead: the total goes.
        small_numbers = 1 and numbers = 1 as is_told_by_total
    from ranked
)

select * from final
