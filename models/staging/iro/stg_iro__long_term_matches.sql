-- Written from stg_iro__long_term_matches__parsed.sql by scripts/generate_from_specification.py.
with parsed as (
    select * from {{ ref('stg_iro__long_term_matches__parsed') }}
),

accepted as (
    select * from parsed
    where {{ is_accepted(ref('int_iro_extracts__current')) }}
),

latest as {{ latest_by_key('accepted', iro_tables()['long_term_matches']) }},

final as (
    select
        la_code,
        collection_year,
        delivery_id,
        file_name,
        row_number,
        child,
        panel_on,
        matched_on,
        repair_rules
    from latest
)

select * from final
