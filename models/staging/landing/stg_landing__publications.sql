with publications as (
    select * from {{ source('decisions', 'publications') }}
),

final as (
    select
        run_id,
        published_at,
        code_version,
        la_code,
        delivery_id
    from publications
)

select * from final
