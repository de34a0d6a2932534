-- Written from stg_iro__pre_review_consultations__parsed.sql by scripts/generate_from_specification.py.
with parsed as (
    select * from {{ ref('stg_iro__pre_review_consultations__parsed') }}
),

accepted as (
    select * from parsed
    where {{ is_accepted(ref('int_iro_extracts__current')) }}
),

latest as {{ latest_by_key('accepted', iro_tables()['pre_review_consultations']) }},

final as (
    select
        la_code,
        collection_year,
        delivery_id,
        file_name,
        row_number,
        consultation_id,
        child,
        iro_id,
        consulted,
        consulted_on,
        method,
        advocacy_discussed,
        repair_rules
    from latest
)

select * from final
