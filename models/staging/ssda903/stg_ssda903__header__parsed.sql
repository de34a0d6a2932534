{%- set delivered_columns = [
    'child', 'sex_text', 'dob_text', 'ethnic_text', 'upn', 'mother_text', 'mc_dob_text'
] -%}

-- Up to 2024 the codes of SEX were 1 and 2; they read M and F here.
with deliveries as (
    select * from {{ ref('int_deliveries__current') }}
),

delivered as (
    select * from {{ source('ssda903', 'header') }}
),

sex_codes as {{ codes_of('sex') }},

ethnic_codes as {{ codes_of('ethnicity') }},

cleaned as (
    select
        {{ delivered_row_columns() }},
        {{ clean_text('delivered.child') }} as child,
        {{ clean_text('delivered.sex') }} as sex_text,
        {{ clean_text('delivered.dob') }} as dob_text,
        {{ clean_text('delivered.ethnic') }} as ethnic_text,
        {{ clean_code('delivered.upn') }} as upn,
        {{ clean_text('delivered.mother') }} as mother_text,
        {{ clean_text('delivered.mc_dob') }} as mc_dob_text
    from delivered
    inner join deliveries
        on
            delivered.delivery_id = deliveries.delivery_id
            and delivered.content_hash = deliveries.content_hash
),

typed as (
    select
        cleaned.*,
        {{ decoded('sex') }},
        {{ try_date('cleaned.dob_text') }} as dob,
        {{ decoded('ethnic') }},
        {{ integer_between('cleaned.mother_text', 0, 1) }} as mother,
        {{ try_date('cleaned.mc_dob_text') }} as mc_dob
    from cleaned
    {{ join_codes(['sex', 'ethnic']) }}
),

ruled as (
    select
        typed.*,
        {{ string_list_of([
            missing_key('child')
        ]) }} as failed_rules,
        {{ string_list_of([
            unknown_code_nulled('sex'),
            'sex_year_repair',
            unreadable_date_nulled('dob'),
            unknown_code_nulled('ethnic'),
            'ethnic_year_repair',
            number_out_of_range_nulled('mother'),
            unreadable_date_nulled('mc_dob')
        ]) }} as repair_rules
    from typed
),

duplicates as {{ rejected_duplicates(
    'ruled',
    key=['child'],
    values=delivered_columns
) }},

final as (
    select
        ruled.la_code,
        ruled.collection_year,
        ruled.delivery_id,
        ruled.file_name,
        ruled.row_number,
        ruled.child,
        case ruled.sex when '1' then 'M' when '2' then 'F' else ruled.sex end as sex,
        ruled.dob,
        ruled.ethnic,
        ruled.upn,
        ruled.mother,
        ruled.mc_dob,
        ruled.is_current,
        coalesce(duplicates.duplicate_rule, ruled.failed_rules) as failed_rules,
        ruled.repair_rules,
        case
            when duplicates.duplicate_rule is not null or ruled.failed_rules <> '' or ruled.repair_rules <> ''
                then {{ row_content('ruled', delivered_columns) }}
        end as raw_content
    from ruled
    left join duplicates
        on
            ruled.delivery_id = duplicates.delivery_id
            and ruled.file_name = duplicates.file_name
            and ruled.row_number = duplicates.row_number
)

select * from final
