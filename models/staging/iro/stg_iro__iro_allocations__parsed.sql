{%- set texts = ['child_id', 'iro_id'] -%}
{%- set judged = ['allocated_on', 'ended_on'] -%}
{%- set delivered_columns = delivered_as_text(texts, judged) -%}

with deliveries as (
    select * from {{ ref('int_deliveries__current') }}
),

delivered as (
    select * from {{ source('iro', 'iro_allocations') }}
),

staff as {{ staff_listed() }},

authorities_with_staff as {{ authorities_with_staff() }},

cleaned as {{ cleaned_rows(texts, judged) }},

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

duplicates as {{ rejected_duplicates(
    'ruled',
    key=iro_tables()['iro_allocations'],
    values=delivered_columns
) }},

final as {{ judged_rows([
    'child', 'iro_id', 'allocated_on', 'ended_on'
], delivered_columns) }}

select * from final
