with decisions as (
    select * from {{ ref('stg_ssda903__placed_adoption') }}
),

keys as (
    select * from {{ ref('stg_reference__child_keys') }}
),

-- A decision stands in every return until it is carried out or reversed: the latest return's row is the decision.
latest as {{ latest_by_key('decisions', ssda903_tables()['placed_adoption']) }},

final as (
    select
        {{ hash_key(['keys.child_key', 'latest.date_placed']) }} as adoption_decision_key,
        keys.child_key,
        latest.la_code,
        latest.date_placed as decided_on,
        latest.date_placed_ceased as reversed_on,
        latest.reason_placed_ceased as reversal_reason_code,
        latest.collection_year as last_collection_year
    from latest
    inner join keys on latest.la_code = keys.la_code and latest.child = keys.child
)

select * from final
