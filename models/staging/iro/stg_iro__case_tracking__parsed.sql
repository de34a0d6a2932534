{%- set delivered_columns = ['tracking_id', 'child_id', 'iro_id', 'tracked_on_text'] -%}

with staff as {{ staff_listed() }},

authorities_with_staff as {{ authorities_with_staff() }},

cleaned as {{ cleaned_rows(source('iro', 'case_tracking'), delivered_columns) }},

typed as (
    select
        cleaned.*,
        cleaned.child_id as child,
        {{ try_date('cleaned.tracked_on_text') }} as tracked_on,
        {{ is_unlisted_iro() }}
    from cleaned
    {{ join_staff() }}
),

ruled as (
    select
        typed.*,
        {{ string_list_of([
            missing_key('tracking_id'),
            missing_key('child_id'),
            unreadable_mandatory_date('tracked_on')
        ]) }} as failed_rules,
        {{ string_list_of([unknown_iro()]) }} as repair_rules
    from typed
),

duplicates as {{ rejected_duplicates(iro_tables()['case_tracking'], delivered_columns) }},

final as {{ judged_rows(['tracking_id', 'child', 'iro_id', 'tracked_on'], delivered_columns) }}

select * from final
