with incidents as (
    select * from {{ ref('int_missing__incidents') }}
),

keys as (
    select * from {{ ref('stg_reference__child_keys') }}
),

final as (
    select
        {{ hash_key(['keys.child_key', 'incidents.incident_type', 'incidents.started_on']) }} as missing_incident_key,
        keys.child_key,
        incidents.la_code,
        incidents.incident_type as incident_type_code,
        incidents.started_on,
        incidents.ended_on,
        incidents.last_collection_year
    from incidents
    inner join keys on incidents.la_code = keys.la_code and incidents.child = keys.child
)

select * from final
