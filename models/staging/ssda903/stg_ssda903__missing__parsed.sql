{%- set delivered_columns = ['child', 'dob_text', 'missing_text', 'mis_start_text', 'mis_end_text'] -%}

with missing_codes as {{ codes_of('missing') }},

cleaned as {{ cleaned_rows(source('ssda903', 'missing'), delivered_columns) }},

typed as (
    select
        cleaned.*,
        {{ try_date('cleaned.dob_text') }} as dob,
        {{ decoded('missing') }},
        {{ try_date('cleaned.mis_start_text') }} as mis_start,
        {{ try_date('cleaned.mis_end_text') }} as mis_end
    from cleaned
    {{ join_codes(['missing']) }}
),

ruled as (
    select
        typed.*,
        {{ string_list_of([
            missing_key('child'),
            missing_code_key('missing'),
            unknown_code('missing'),
            unreadable_mandatory_date('mis_start'),
            impossible_date_order('mis_start', 'mis_end')
        ]) }} as failed_rules,
        {{ string_list_of([
            unreadable_date_nulled('dob'),
            unreadable_date_nulled('mis_end'),
            'missing_year_repair'
        ]) }} as repair_rules
    from typed
),

duplicates as {{ rejected_duplicates(ssda903_tables()['missing'], delivered_columns) }},

final as {{ judged_rows(['child', 'dob', 'missing', 'mis_start', 'mis_end'], delivered_columns) }}

select * from final
