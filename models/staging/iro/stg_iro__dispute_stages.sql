-- Written from stg_iro__dispute_stages__parsed.sql by scripts/generate_from_specification.py.
with parsed as (
    select * from {{ ref('stg_iro__dispute_stages__parsed') }}
),

accepted as (
    select * from parsed
    where {{ is_accepted(ref('int_iro_extracts__current')) }}
),

latest as {{ latest_by_key('accepted', iro_tables()['dispute_stages']) }},

final as (
    select
        la_code,
        collection_year,
        delivery_id,
        file_name,
        row_number,
        dispute_id,
        stage,
        entered_on,
        left_on,
        repair_rules
    from latest
)

select * from final
