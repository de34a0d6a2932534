-- A delivery may be accepted more than once; the last word counts.
with acceptances as (
    select * from {{ source('decisions', 'acceptances') }}
),

ranked as (
    select
        *,
        row_number() over (partition by delivery_id, source_hash order by accepted_at desc) as recency
    from acceptances
),

final as (
    select
        delivery_id,
        source_hash,
        accepted_by,
        cast(accepted_at as date) as accepted_on,
        because as accepted_because
    from ranked
    where recency = 1
)

select * from final
