-- Written from stg_ssda903__sw_episodes__parsed.sql by scripts/generate_from_specification.py.
with parsed as (
    select * from {{ ref('stg_ssda903__sw_episodes__parsed') }}
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
        sw_id,
        sw_decom,
        sw_dec,
        sw_reason,
        repair_rules
    from parsed
    where {{ is_accepted(ref('int_returns__current')) }}
)

select * from final
