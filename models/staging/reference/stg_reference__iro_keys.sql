with iro_keys as (
    select * from {{ source('reference', 'iro_keys') }}
),

-- Two loads that met the same new officer wrote the same keyed hash.
final as (
    select distinct
        la_code,
        iro_id,
        iro_key
    from iro_keys
)

select * from final
