{%- set delivered_columns = ['child', 'sex_text', 'dob_text', 'duc_text'] -%}

with sex_codes as {{ codes_of('sex') }},

cleaned as {{ cleaned_rows(source('ssda903', 'uasc'), delivered_columns) }},

typed as (
    select
        cleaned.*,
        {{ decoded_sex() }},
        {{ try_date('cleaned.dob_text') }} as dob,
        {{ try_date('cleaned.duc_text') }} as duc
    from cleaned
    {{ join_codes(['sex']) }}
),

ruled as (
    select
        typed.*,
        {{ string_list_of([missing_key('child')]) }} as failed_rules,
        {{ string_list_of([
            unknown_code_nulled('sex'),
            'sex_year_repair',
            unreadable_date_nulled('dob'),
            unreadable_date_nulled('duc')
        ]) }} as repair_rules
    from typed
),

duplicates as {{ rejected_duplicates(ssda903_tables()['uasc'], delivered_columns) }},

final as {{ judged_rows(['child', 'sex', 'dob', 'duc'], delivered_columns) }}

select * from final
