{%- set delivered_columns = [
    'consultation_id', 'child_id', 'iro_id', 'consulted_text', 'consulted_on_text', 'method',
    'advocacy_discussed_text'
] -%}

with staff as {{ staff_listed() }},

authorities_with_staff as {{ authorities_with_staff() }},

consulted_codes as {{ codes_of('consulted', 'iro_codes') }},

cleaned as {{ cleaned_rows(source('iro', 'pre_review_consultations'), delivered_columns) }},

typed as (
    select
        cleaned.*,
        cleaned.child_id as child,
        {{ decoded('consulted') }},
        {{ try_date('cleaned.consulted_on_text') }} as consulted_on,
        {{ typed_yes_no('advocacy_discussed') }},
        {{ is_unlisted_iro() }}
    from cleaned
    {{ join_codes(['consulted']) }}
    {{ join_staff() }}
),

ruled as (
    select
        typed.*,
        {{ string_list_of([
            missing_key('consultation_id'),
            missing_key('child_id'),
            unreadable_mandatory_date('consulted_on')
        ]) }} as failed_rules,
        {{ string_list_of([
            unknown_code_nulled('consulted'),
            'consulted_year_repair',
            unknown_code_nulled('advocacy_discussed'),
            unknown_iro()
        ]) }} as repair_rules
    from typed
),

duplicates as {{ rejected_duplicates(iro_tables()['pre_review_consultations'], delivered_columns) }},

final as {{ judged_rows([
    'consultation_id', 'child', 'iro_id', 'consulted', 'consulted_on', 'method', 'advocacy_discussed'
], delivered_columns) }}

select * from final
