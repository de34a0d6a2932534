-- Written from stg_ssda903__oc2__parsed.sql by scripts/generate_from_specification.py.
with parsed as (
    select * from {{ ref('stg_ssda903__oc2__parsed') }}
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
        sdq_score,
        sdq_reason,
        convicted,
        health_check,
        immunisations,
        teeth_check,
        health_assessment,
        substance_misuse,
        intervention_received,
        intervention_offered,
        repair_rules
    from parsed
    where {{ is_accepted(ref('int_returns__current')) }}
)

select * from final
