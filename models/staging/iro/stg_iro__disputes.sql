-- Written from stg_iro__disputes__parsed.sql by scripts/generate_from_specification.py.
with parsed as (
    select * from {{ ref('stg_iro__disputes__parsed') }}
),

accepted as (
    select * from parsed
    where {{ is_accepted(ref('int_iro_extracts__current')) }}
),

latest as {{ latest_by_key('accepted', iro_tables()['disputes']) }},

final as (
    select
        la_code,
        collection_year,
        delivery_id,
        file_name,
        row_number,
        dispute_id,
        child,
        iro_id,
        raised_on,
        category,
        current_stage,
        resolved_on,
        resolved_stage,
        cafcass_referred_on,
        repair_rules
    from latest
)

select * from final
