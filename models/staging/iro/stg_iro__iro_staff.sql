with parsed as (
    select * from {{ ref('stg_iro__iro_staff__parsed') }}
),

accepted as (
    select * from parsed
    where {{ is_accepted(ref('int_iro_extracts__current')) }}
),

latest as {{ latest_by_key('accepted', iro_tables()['iro_staff']) }},

final as (
    select
        la_code,
        collection_year,
        delivery_id,
        file_name,
        row_number,
        iro_id,
        role,
        fte,
        employment,
        coalesce(sex, 'Unknown') as sex,
        coalesce(ethnicity_group, 'Refused or information not yet available') as ethnicity_group,
        started_on,
        ended_on,
        repair_rules
    from latest
)

select * from final
