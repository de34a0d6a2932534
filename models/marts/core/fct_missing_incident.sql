with incidents as (
    select * from {{ ref('int_missing__incidents') }}
),

children as (
    select * from {{ ref('int_children__attributes') }}
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
        {{ day_shown('incidents.ended_on', 'children.dob') }} as ended_on,
        incidents.last_collection_year
    from incidents
    inner join keys on incidents.la_code = keys.la_code and incidents.child = keys.child
    left join children on incidents.la_code = children.la_code and incidents.child = children.child
)

select * from final
