-- Written from stg_iro__case_tracking__parsed.sql by scripts/generate_from_specification.py.
with parsed as (
    select * from {{ ref('stg_iro__case_tracking__parsed') }}
),

accepted as (
    select * from parsed
    where {{ is_accepted(ref('int_iro_extracts__current')) }}
),

latest as {{ latest_by_key('accepted', iro_tables()['case_tracking']) }},

final as (
    select
        la_code,
        collection_year,
        delivery_id,
        file_name,
        row_number,
        tracking_id,
        child,
        iro_id,
        tracked_on,
        repair_rules
    from latest
)

select * from final
