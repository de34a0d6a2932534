{%- set delivered_columns = [
    'plan_id', 'child_id', 'plan_type_text', 'agreed_on_text', 'parallel_text', 'achieved_on_text', 'ended_on_text',
    'end_reason'
] -%}

with plan_type_codes as {{ codes_of('plan_type', 'iro_codes') }},

cleaned as {{ cleaned_rows(source('iro', 'permanence_plans'), delivered_columns) }},

typed as (
    select
        cleaned.*,
        cleaned.child_id as child,
        {{ decoded('plan_type') }},
        {{ try_date('cleaned.agreed_on_text') }} as agreed_on,
        {{ typed_yes_no('parallel') }},
        {{ try_date('cleaned.achieved_on_text') }} as achieved_on,
        {{ try_date('cleaned.ended_on_text') }} as ended_on
    from cleaned
    {{ join_codes(['plan_type']) }}
),

ruled as (
    select
        typed.*,
        {{ string_list_of([
            missing_key('plan_id'),
            missing_key('child_id'),
            unreadable_mandatory_date('agreed_on'),
            impossible_date_order('agreed_on', 'ended_on')
        ]) }} as failed_rules,
        {{ string_list_of([
            unknown_code_nulled('plan_type'),
            'plan_type_year_repair',
            unknown_code_nulled('parallel'),
            unreadable_date_nulled('achieved_on'),
            unreadable_date_nulled('ended_on')
        ]) }} as repair_rules
    from typed
),

duplicates as {{ rejected_duplicates(iro_tables()['permanence_plans'], delivered_columns) }},

final as {{ judged_rows([
    'plan_id', 'child', 'plan_type', 'agreed_on', 'parallel', 'achieved_on', 'ended_on', 'end_reason'
], delivered_columns) }}

select * from final
