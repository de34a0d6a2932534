-- Written from stg_iro__participation_events__parsed.sql by scripts/generate_from_specification.py.
with parsed as (
    select * from {{ ref('stg_iro__participation_events__parsed') }}
),

accepted as (
    select * from parsed
    where {{ is_accepted(ref('int_iro_extracts__current')) }}
),

latest as {{ latest_by_key('accepted', iro_tables()['participation_events']) }},

final as (
    select
        la_code,
        collection_year,
        delivery_id,
        file_name,
        row_number,
        event_id,
        held_on,
        name,
        children_attended,
        carers_attended,
        repair_rules
    from latest
)

select * from final
