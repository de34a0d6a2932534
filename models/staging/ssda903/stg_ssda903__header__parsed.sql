{%- set delivered_columns = ['child', 'sex_text', 'dob_text', 'ethnic_text', 'upn', 'mother_text', 'mc_dob_text'] -%}

with sex_codes as {{ codes_of('sex') }},

ethnic_codes as {{ codes_of('ethnicity') }},

cleaned as {{ cleaned_rows(source('ssda903', 'header'), delivered_columns, codes=['upn']) }},

typed as (
    select
        cleaned.*,
        {{ decoded_sex() }},
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
        {{ string_list_of([missing_key('child')]) }} as failed_rules,
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

duplicates as {{ rejected_duplicates(ssda903_tables()['header'], delivered_columns) }},

final as {{ judged_rows(['child', 'sex', 'dob', 'ethnic', 'upn', 'mother', 'mc_dob'], delivered_columns) }}

select * from final
