{%- set texts = ['workshop_id', 'title', 'audience'] -%}
{%- set judged = ['held_on', 'attendees'] -%}
{%- set delivered_columns = delivered_as_text(texts, judged) -%}

with deliveries as (
    select * from {{ ref('int_deliveries__current') }}
),

delivered as (
    select * from {{ source('iro', 'workshops') }}
),

cleaned as {{ cleaned_rows(texts, judged) }},

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

duplicates as {{ rejected_duplicates(
    'ruled',
    key=iro_tables()['workshops'],
    values=delivered_columns
) }},

final as {{ judged_rows([
    'workshop_id', 'held_on', 'title', 'audience', 'attendees'
], delivered_columns) }}

select * from final
