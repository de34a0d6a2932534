{%- set delivered_columns = [
    'child', 'dob_text', 'date_int_text', 'date_match_text', 'foster_care_text', 'nb_adoptr_text',
    'sex_adoptr_text', 'ls_adoptr_text'
] -%}

with deliveries as (
    select * from {{ ref('int_deliveries__current') }}
),

delivered as (
    select * from {{ source('ssda903', 'ad1') }}
),

sex_adoptr_codes as {{ codes_of('adopter_sex') }},

ls_adoptr_codes as {{ codes_of('adopter_legal_status') }},

cleaned as (
    select
        {{ delivered_row_columns() }},
        {{ clean_text('delivered.child') }} as child,
        {{ clean_text('delivered.dob') }} as dob_text,
        {{ clean_text('delivered.date_int') }} as date_int_text,
        {{ clean_text('delivered.date_match') }} as date_match_text,
        {{ clean_text('delivered.foster_care') }} as foster_care_text,
        {{ clean_text('delivered.nb_adoptr') }} as nb_adoptr_text,
        {{ clean_text('delivered.sex_adoptr') }} as sex_adoptr_text,
        {{ clean_text('delivered.ls_adoptr') }} as ls_adoptr_text
    from delivered
    inner join deliveries
        on
            delivered.delivery_id = deliveries.delivery_id
            and delivered.content_hash = deliveries.content_hash
),

typed as (
    select
        cleaned.*,
        {{ try_date('cleaned.dob_text') }} as dob,
        {{ try_date('cleaned.date_int_text') }} as date_int,
        {{ try_date('cleaned.date_match_text') }} as date_match,
        {{ integer_between('cleaned.foster_care_text', 0, 1) }} as foster_care,
        {{ integer_between('cleaned.nb_adoptr_text', 1, 2) }} as nb_adoptr,
        {{ decoded('sex_adoptr') }},
        {{ decoded('ls_adoptr') }}
    from cleaned
    {{ join_codes(['sex_adoptr', 'ls_adoptr']) }}
),

ruled as (
    select
        typed.*,
        {{ string_list_of([
            missing_key('child')
        ]) }} as failed_rules,
        {{ string_list_of([
            unreadable_date_nulled('dob'),
            unreadable_date_nulled('date_int'),
            unreadable_date_nulled('date_match'),
            number_out_of_range_nulled('foster_care'),
            number_out_of_range_nulled('nb_adoptr'),
            unknown_code_nulled('sex_adoptr'),
            'sex_adoptr_year_repair',
            unknown_code_nulled('ls_adoptr'),
            'ls_adoptr_year_repair'
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
        ruled.dob,
        ruled.date_int,
        ruled.date_match,
        ruled.foster_care,
        ruled.nb_adoptr,
        ruled.sex_adoptr,
        ruled.ls_adoptr,
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
