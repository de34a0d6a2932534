{%- set delivered_columns = ['audit_id', 'iro_id', 'child_id', 'audit_type_text', 'audited_on_text', 'grade'] -%}

with staff as {{ staff_listed() }},

authorities_with_staff as {{ authorities_with_staff() }},

audit_type_codes as {{ codes_of('audit_type', 'iro_codes') }},

cleaned as {{ cleaned_rows(source('iro', 'audits'), delivered_columns) }},

typed as (
    select
        cleaned.*,
        cleaned.child_id as child,
        {{ decoded('audit_type') }},
        {{ try_date('cleaned.audited_on_text') }} as audited_on,
        {{ is_unlisted_iro() }}
    from cleaned
    {{ join_codes(['audit_type']) }}
    {{ join_staff() }}
),

ruled as (
    select
        typed.*,
        {{ string_list_of([
            missing_key('audit_id'),
            unreadable_mandatory_date('audited_on')
        ]) }} as failed_rules,
        {{ string_list_of([
            unknown_code_nulled('audit_type'),
            'audit_type_year_repair',
            unknown_iro()
        ]) }} as repair_rules
    from typed
),

duplicates as {{ rejected_duplicates(iro_tables()['audits'], delivered_columns) }},

final as {{ judged_rows(['audit_id', 'iro_id', 'child', 'audit_type', 'audited_on', 'grade'], delivered_columns) }}

select * from final
