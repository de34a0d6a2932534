with codes as (
    select * from {{ ref('ssda903_codes') }}
    where code_set = 'rec'
),

exit_groups as (
    select * from {{ ref('exit_groups') }}
),

final as (
    select
        codes.code as exit_reason_code,
        codes.description,
        codes.dfe_publication_group,
        exit_groups.exit_group,
        coalesce(exit_groups.is_permanence, false) as is_permanence,
        coalesce(exit_groups.is_legal_permanence, false) as is_legal_permanence,
        coalesce(exit_groups.is_planned_permanence, false) as is_planned_permanence,
        codes.is_published
    from codes
    left join exit_groups on codes.code = exit_groups.exit_reason_code
)

select * from final
