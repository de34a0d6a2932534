-- Written from stg_ssda903__placed_adoption__parsed.sql by scripts/generate_from_specification.py.
with parsed as (
    select * from {{ ref('stg_ssda903__placed_adoption__parsed') }}
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
        date_placed,
        date_placed_ceased,
        reason_placed_ceased,
        repair_rules
    from parsed
    where {{ is_accepted(ref('int_returns__current')) }}
)

select * from final
