with consultations as (
    select * from {{ ref('stg_iro__pre_review_consultations') }}
),

child_keys as (
    select * from {{ ref('stg_reference__child_keys') }}
),

iro_keys as (
    select * from {{ ref('stg_reference__iro_keys') }}
),

final as (
    select
        {{ hash_key(['child_keys.child_key', 'consultations.consultation_id']) }} as pre_review_consultation_key,
        child_keys.child_key,
        coalesce(iro_keys.iro_key, 'Unknown') as iro_key,
        consultations.la_code,
        consultations.consulted,
        consultations.consulted_on,
        consultations.advocacy_discussed = 'Y' as is_advocacy_discussed
    from consultations
    inner join child_keys on consultations.la_code = child_keys.la_code and consultations.child = child_keys.child
    left join iro_keys on consultations.la_code = iro_keys.la_code and consultations.iro_id = iro_keys.iro_id
)

select * from final
