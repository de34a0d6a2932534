-- Written from stg_ssda903__prev_perm__parsed.sql by scripts/generate_from_specification.py.
with parsed as (
    select * from {{ ref('stg_ssda903__prev_perm__parsed') }}
),

final as (
    select
        la_code,
        collection_year,
        delivery_id,
        file_name,
        row_number,
        child,
        dob,
        prev_perm,
        la_perm,
        date_perm_earliest,
        date_perm_latest,
        date_perm_precision,
        repair_rules
    from parsed
    where {{ is_accepted(ref('int_returns__current')) }}
)

select * from final
