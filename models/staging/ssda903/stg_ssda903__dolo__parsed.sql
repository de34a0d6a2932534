{%- set delivered_columns = ['child', 'dob_text', 'dolo_start_text', 'dolo_end_text'] -%}

with cleaned as {{ cleaned_rows(source('ssda903', 'dolo'), delivered_columns) }},

typed as (
    select
        cleaned.*,
        {{ try_date('cleaned.dob_text') }} as dob,
        {{ try_date('cleaned.dolo_start_text') }} as dolo_start,
        {{ try_date('cleaned.dolo_end_text') }} as dolo_end
    from cleaned
),

ruled as (
    select
        typed.*,
        {{ string_list_of([
            missing_key('child'),
            unreadable_mandatory_date('dolo_start'),
            impossible_date_order('dolo_start', 'dolo_end')
        ]) }} as failed_rules,
        {{ string_list_of([
            unreadable_date_nulled('dob'),
            unreadable_date_nulled('dolo_end')
        ]) }} as repair_rules
    from typed
),

duplicates as {{ rejected_duplicates(ssda903_tables()['dolo'], delivered_columns) }},

final as {{ judged_rows(['child', 'dob', 'dolo_start', 'dolo_end'], delivered_columns) }}

select * from final
