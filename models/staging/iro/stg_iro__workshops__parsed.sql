{%- set delivered_columns = ['workshop_id', 'held_on_text', 'title', 'audience', 'attendees_text'] -%}

with cleaned as {{ cleaned_rows(source('iro', 'workshops'), delivered_columns) }},

typed as (
    select
        cleaned.*,
        {{ try_date('cleaned.held_on_text') }} as held_on,
        {{ integer_between('cleaned.attendees_text', 0, 9999) }} as attendees
    from cleaned
),

ruled as (
    select
        typed.*,
        {{ string_list_of([
            missing_key('workshop_id'),
            unreadable_mandatory_date('held_on')
        ]) }} as failed_rules,
        {{ string_list_of([number_out_of_range_nulled('attendees')]) }} as repair_rules
    from typed
),

duplicates as {{ rejected_duplicates(iro_tables()['workshops'], delivered_columns) }},

final as {{ judged_rows(['workshop_id', 'held_on', 'title', 'audience', 'attendees'], delivered_columns) }}

select * from final
