with adoptions as (
    select * from {{ ref('stg_ssda903__ad1') }}
),

keys as (
    select * from {{ ref('stg_reference__child_keys') }}
),

final as (
    select
        {{ hash_key(['keys.child_key', 'adoptions.collection_year']) }} as adoption_key,
        keys.child_key,
        adoptions.la_code,
        adoptions.collection_year,
        adoptions.date_int as placed_for_adoption_on,
        adoptions.date_match as matched_on,
        adoptions.foster_care = 1 as is_by_former_foster_carer,
        adoptions.nb_adoptr as adopter_count
    from adoptions
    inner join keys on adoptions.la_code = keys.la_code and adoptions.child = keys.child
)

select * from final
