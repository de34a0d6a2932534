{%- set delivered_columns = ['child_id', 'panel_on_text', 'matched_on_text'] -%}

with cleaned as {{ cleaned_rows(source('iro', 'long_term_matches'), delivered_columns) }},

typed as (
    select
        cleaned.*,
        cleaned.child_id as child,
        {{ try_date('cleaned.panel_on_text') }} as panel_on,
        {{ try_date('cleaned.matched_on_text') }} as matched_on
    from cleaned
),

ruled as (
    select
        typed.*,
        {{ string_list_of([
            missing_key('child_id'),
            unreadable_mandatory_date('panel_on')
        ]) }} as failed_rules,
        {{ string_list_of([unreadable_date_nulled('matched_on')]) }} as repair_rules
    from typed
),

duplicates as {{ rejected_duplicates(iro_tables()['long_term_matches'], delivered_columns) }},

final as {{ judged_rows(['child', 'panel_on', 'matched_on'], delivered_columns) }}

select * from final
