{%- set delivered_columns = ['event_id', 'held_on_text', 'name', 'children_attended_text', 'carers_attended_text'] -%}

with cleaned as {{ cleaned_rows(source('iro', 'participation_events'), delivered_columns) }},

typed as (
    select
        cleaned.*,
        {{ try_date('cleaned.held_on_text') }} as held_on,
        {{ integer_between('cleaned.children_attended_text', 0, 9999) }} as children_attended,
        {{ integer_between('cleaned.carers_attended_text', 0, 9999) }} as carers_attended
    from cleaned
),

ruled as (
    select
        typed.*,
        {{ string_list_of([
            missing_key('event_id'),
            unreadable_mandatory_date('held_on')
        ]) }} as failed_rules,
        {{ string_list_of([
            number_out_of_range_nulled('children_attended'),
            number_out_of_range_nulled('carers_attended')
        ]) }} as repair_rules
    from typed
),

duplicates as {{ rejected_duplicates(iro_tables()['participation_events'], delivered_columns) }},

final as {{ judged_rows(['event_id', 'held_on', 'name', 'children_attended', 'carers_attended'], delivered_columns) }}

select * from final
