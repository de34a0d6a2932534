with codes as (
    select * from {{ ref('ssda903_codes') }}
    where code_set = 'legal_status'
),

final as (
    select
        code as legal_status_code,
        description,
        dfe_publication_group,
        valid_from as first_collection_year,
        valid_to as last_collection_year,
        is_published
    from codes
)

select * from final
