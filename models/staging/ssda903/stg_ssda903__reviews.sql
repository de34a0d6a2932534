-- Written from stg_ssda903__reviews__parsed.sql by scripts/generate_from_specification.py.
with parsed as (
    select * from {{ ref('stg_ssda903__reviews__parsed') }}
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
        review,
        review_code,
        repair_rules
    from parsed
    where {{ is_accepted(ref('int_returns__current')) }}
)

select * from final
