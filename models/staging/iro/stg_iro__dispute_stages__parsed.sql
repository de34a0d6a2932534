{%- set delivered_columns = ['dispute_id', 'stage_text', 'entered_on_text', 'left_on_text'] -%}

with stage_codes as {{ codes_of('dispute_stage', 'iro_codes') }},

cleaned as {{ cleaned_rows(source('iro', 'dispute_stages'), delivered_columns) }},

typed as (
    select
        cleaned.*,
        {{ decoded('stage') }},
        {{ try_date('cleaned.entered_on_text') }} as entered_on,
        {{ try_date('cleaned.left_on_text') }} as left_on
    from cleaned
    {{ join_codes(['stage']) }}
),

ruled as (
    select
        typed.*,
        {{ string_list_of([
            missing_key('dispute_id'),
            missing_code_key('stage'),
            unknown_code('stage'),
            unreadable_mandatory_date('entered_on'),
            impossible_date_order('entered_on', 'left_on')
        ]) }} as failed_rules,
        {{ string_list_of([
            'stage_year_repair',
            unreadable_date_nulled('left_on')
        ]) }} as repair_rules
    from typed
),

duplicates as {{ rejected_duplicates(iro_tables()['dispute_stages'], delivered_columns) }},

final as {{ judged_rows(['dispute_id', 'stage', 'entered_on', 'left_on'], delivered_columns) }}

select * from final
