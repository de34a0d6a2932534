{%- set delivered_columns = [
    'dispute_id', 'child_id', 'iro_id', 'raised_on_text', 'category_text', 'current_stage_text', 'resolved_on_text',
    'resolved_stage_text', 'cafcass_referred_on_text'
] -%}

with staff as {{ staff_listed() }},

authorities_with_staff as {{ authorities_with_staff() }},

category_codes as {{ codes_of('dispute_category', 'iro_codes') }},

current_stage_codes as {{ codes_of('dispute_stage', 'iro_codes') }},

resolved_stage_codes as {{ codes_of('dispute_stage', 'iro_codes') }},

cleaned as {{ cleaned_rows(source('iro', 'disputes'), delivered_columns) }},

typed as (
    select
        cleaned.*,
        cleaned.child_id as child,
        {{ try_date('cleaned.raised_on_text') }} as raised_on,
        {{ decoded('category') }},
        {{ decoded('current_stage') }},
        {{ try_date('cleaned.resolved_on_text') }} as resolved_on,
        {{ decoded('resolved_stage') }},
        {{ try_date('cleaned.cafcass_referred_on_text') }} as cafcass_referred_on,
        {{ is_unlisted_iro() }}
    from cleaned
    {{ join_codes(['category', 'current_stage', 'resolved_stage']) }}
    {{ join_staff() }}
),

ruled as (
    select
        typed.*,
        {{ string_list_of([
            missing_key('dispute_id'),
            unreadable_mandatory_date('raised_on'),
            unknown_code('category'),
            unknown_code('current_stage'),
            unreadable_end_date('resolved_on'),
            unknown_code('resolved_stage'),
            impossible_date_order('raised_on', 'resolved_on')
        ]) }} as failed_rules,
        {{ string_list_of([
            'category_year_repair',
            'current_stage_year_repair',
            'resolved_stage_year_repair',
            unreadable_date_nulled('cafcass_referred_on'),
            unknown_iro()
        ]) }} as repair_rules
    from typed
),

duplicates as {{ rejected_duplicates(iro_tables()['disputes'], delivered_columns) }},

final as {{ judged_rows([
    'dispute_id', 'child', 'iro_id', 'raised_on', 'category', 'current_stage', 'resolved_on', 'resolved_stage',
    'cafcass_referred_on'
], delivered_columns) }}

select * from final
