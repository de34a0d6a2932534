with decisions as (
    select * from {{ ref('stg_ssda903__placed_adoption') }}
),

keys as (
    select * from {{ ref('stg_reference__child_keys') }}
),

-- A decision stands in every return until it is carried out or reversed: the latest return's row is the decision.
ranked as (
    select
        *,
        row_number() over (partition by la_code, child, date_placed order by collection_year desc) as recency
    from decisions
),

final as (
    select
        {{ hash_key(['keys.child_key', 'ranked.date_placed']) }} as adoption_decision_key,
        keys.child_key,
        ranked.la_code,
        ranked.date_placed as decided_on,
        ranked.date_placed_ceased as reversed_on,
        ranked.reason_placed_ceased as reversal_reason_code,
        ranked.collection_year as last_collection_year
    from ranked
    inner join keys on ranked.la_code = keys.la_code and ranked.child = keys.child
    where ranked.recency = 1
)

select * from final
