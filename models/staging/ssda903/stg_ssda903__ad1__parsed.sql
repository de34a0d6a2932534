{%- set delivered_columns = [
    'child', 'dob_text', 'date_int_text', 'date_match_text', 'foster_care_text', 'nb_adoptr_text',
    'sex_adoptr_text', 'ls_adoptr_text'
] -%}

with sex_adoptr_codes as {{ codes_of('adopter_sex') }},

ls_adoptr_codes as {{ codes_of('adopter_legal_status') }},

cleaned as {{ cleaned_rows(source('ssda903', 'ad1'), delivered_columns) }},

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
        {{ string_list_of([missing_key('child')]) }} as failed_rules,
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

duplicates as {{ rejected_duplicates(ssda903_tables()['ad1'], delivered_columns) }},

final as {{ judged_rows([
    'child', 'dob', 'date_int', 'date_match', 'foster_care', 'nb_adoptr', 'sex_adoptr', 'ls_adoptr'
], delivered_columns) }}

select * from final
