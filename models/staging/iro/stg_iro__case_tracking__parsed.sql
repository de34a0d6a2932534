{%- set texts = ['tracking_id', 'child_id', 'iro_id'] -%}
{%- set judged = ['tracked_on'] -%}
{%- set delivered_columns = delivered_as_text(texts, judged) -%}

with deliveries as (
    select * from {{ ref('int_deliveries__current') }}
),

delivered as (
    select * from {{ source('iro', 'case_tracking') }}
),

staff as {{ staff_listed() }},

authorities_with_staff as {{ authorities_with_staff() }},

cleaned as {{ cleaned_rows(texts, judged) }},

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

duplicates as {{ rejected_duplicates(
    'ruled',
    key=iro_tables()['case_tracking'],
    values=delivered_columns
) }},

final as {{ judged_rows([
    'tracking_id', 'child', 'iro_id', 'tracked_on'
], delivered_columns) }}

select * from final
