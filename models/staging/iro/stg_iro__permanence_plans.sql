-- Written from stg_iro__permanence_plans__parsed.sql by scripts/generate_from_specification.py.
with parsed as (
    select * from {{ ref('stg_iro__permanence_plans__parsed') }}
),

accepted as (
    select * from parsed
    where {{ is_accepted(ref('int_iro_extracts__current')) }}
),

latest as {{ latest_by_key('accepted', iro_tables()['permanence_plans']) }},

final as (
    select
        la_code,
        collection_year,
        delivery_id,
        file_name,
        row_number,
        plan_id,
        child,
        plan_type,
        agreed_on,
        parallel,
        achieved_on,
        ended_on,
        end_reason,
        repair_rules
    from latest
)

select * from final
