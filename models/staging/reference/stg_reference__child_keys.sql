with child_keys as (
    select * from {{ source('reference', 'child_keys') }}
),

-- Two loads that met the same new child wrote the same keyed hash.
final as (
    select distinct
        la_code,
        child,
        child_key
    from child_keys
)

select * from final
