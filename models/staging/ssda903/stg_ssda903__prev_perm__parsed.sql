{%- set delivered_columns = ['child', 'dob_text', 'prev_perm_text', 'la_perm_text', 'date_perm_text'] -%}

-- DATE_PERM may be partial (zz/04/2016, zz/zz/2016, zz/zz/zzzz), so it becomes a range of days and a precision.
with prev_perm_codes as {{ codes_of('previous_permanence') }},

la_perm_codes as {{ authority_codes() }},

cleaned as {{ cleaned_rows(source('ssda903', 'prev_perm'), delivered_columns) }},

typed as (
    select
        cleaned.*,
        {{ try_date('cleaned.dob_text') }} as dob,
        {{ decoded('prev_perm') }},
        {{ decoded_authority('la_perm') }},
        {{ partial_date('upper(cleaned.date_perm_text)', 'date_perm') }}
    from cleaned
    {{ join_codes(['prev_perm', 'la_perm']) }}
),

ruled as (
    select
        typed.*,
        {{ string_list_of([missing_key('child')]) }} as failed_rules,
        {{ string_list_of([
            unreadable_date_nulled('dob'),
            unknown_code_nulled('prev_perm'),
            'prev_perm_year_repair',
            unknown_code_nulled('la_perm'),
            unreadable_partial_date_nulled('date_perm')
        ]) }} as repair_rules
    from typed
),

duplicates as {{ rejected_duplicates(ssda903_tables()['prev_perm'], delivered_columns) }},

final as {{ judged_rows([
    'child', 'dob', 'prev_perm', 'la_perm', 'date_perm_earliest', 'date_perm_latest', 'date_perm_precision'
], delivered_columns) }}

select * from final
