with codes as (
    select * from {{ ref('ssda903_codes') }}
    where code_set = 'placement_type'
),

final as (
    select
        code as placement_type_code,
        description,
        dfe_publication_group,
        valid_from as first_collection_year,
        valid_to as last_collection_year,
        is_published
    from codes
)

select * from final
