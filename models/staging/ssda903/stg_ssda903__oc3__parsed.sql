{%- set delivered_columns = ['child', 'dob_text', 'in_touch_text', 'activ_text', 'accom_text'] -%}

-- '0' is the text of a code that means not known.
with in_touch_codes as {{ codes_of('in_touch') }},

activ_codes as {{ codes_of('activity') }},

accom_codes as {{ codes_of('accommodation') }},

cleaned as {{ cleaned_rows(source('ssda903', 'oc3'), delivered_columns) }},

typed as (
    select
        cleaned.*,
        {{ try_date('cleaned.dob_text') }} as dob,
        {{ decoded('in_touch') }},
        {{ decoded('activ') }},
        {{ decoded('accom') }}
    from cleaned
    {{ join_codes(['in_touch', 'activ', 'accom']) }}
),

ruled as (
    select
        typed.*,
        {{ string_list_of([
            missing_key('child'),
            unknown_code('in_touch')
        ]) }} as failed_rules,
        {{ string_list_of([
            unreadable_date_nulled('dob'),
            'in_touch_year_repair',
            unknown_code_nulled('activ'),
            'activ_year_repair',
            unknown_code_nulled('accom'),
            'accom_year_repair'
        ]) }} as repair_rules
    from typed
),

duplicates as {{ rejected_duplicates(ssda903_tables()['oc3'], delivered_columns) }},

final as {{ judged_rows(['child', 'dob', 'in_touch', 'activ', 'accom'], delivered_columns) }}

select * from final
