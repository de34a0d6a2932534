{%- set delivered_columns = ['child_id', 'iro_id', 'allocated_on_text', 'ended_on_text'] -%}

with staff as {{ staff_listed() }},

authorities_with_staff as {{ authorities_with_staff() }},

cleaned as {{ cleaned_rows(source('iro', 'iro_allocations'), delivered_columns) }},

typed as (
    select
        cleaned.*,
        cleaned.child_id as child,
        {{ try_date('cleaned.allocated_on_text') }} as allocated_on,
        {{ try_date('cleaned.ended_on_text') }} as ended_on,
        {{ is_unlisted_iro() }}
    from cleaned
    {{ join_staff() }}
),

ruled as (
    select
        typed.*,
        {{ string_list_of([
            missing_key('child_id'),
            missing_key('iro_id'),
            unreadable_mandatory_date('allocated_on'),
            impossible_date_order('allocated_on', 'ended_on')
        ]) }} as failed_rules,
        {{ string_list_of([
            unreadable_date_nulled('ended_on'),
            unknown_iro()
        ]) }} as repair_rules
    from typed
),

duplicates as {{ rejected_duplicates(iro_tables()['iro_allocations'], delivered_columns) }},

final as {{ judged_rows(['child', 'iro_id', 'allocated_on', 'ended_on'], delivered_columns) }}

select * from final
