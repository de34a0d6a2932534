{%- set tables_with_officers = [
    'iro_staff', 'iro_allocations', 'reviews', 'pre_review_consultations', 'case_tracking', 'disputes', 'audits'
] -%}

-- Pseudonymised. Every officer whom any table names, those of whom no staff record was delivered among them. The keys
-- are those of all deliveries ever read: whoever came later than the build's date is not known yet.
with iro_keys as (
    select * from {{ ref('stg_reference__iro_keys') }}
),

staff as (
    select * from {{ ref('stg_iro__iro_staff') }}
),

known as (
    {% for table in tables_with_officers %}
        select
            la_code,
            iro_id
        from {{ ref('stg_iro__' ~ table ~ '__parsed') }}
        {{ 'union' if not loop.last }}
    {% endfor %}
),

final as (
    select
        iro_keys.iro_key,
        iro_keys.la_code,
        -- By their first day in post, so that whoever comes new takes no one's number.
        'IRO ' || cast(
            row_number() over (
                partition by iro_keys.la_code order by staff.started_on nulls last, iro_keys.iro_key
            ) as string
        ) as iro_label,
        staff.role,
        staff.fte as full_time_equivalent,
        staff.employment,
        coalesce(staff.sex, 'Unknown') as sex,
        coalesce(staff.ethnicity_group, 'Refused or information not yet available') as ethnicity_group,
        staff.started_on,
        staff.ended_on,
        staff.iro_id is not null as has_staff_record
    from iro_keys
    inner join known on iro_keys.la_code = known.la_code and iro_keys.iro_id = known.iro_id
    left join staff on iro_keys.la_code = staff.la_code and iro_keys.iro_id = staff.iro_id
)

select * from final
