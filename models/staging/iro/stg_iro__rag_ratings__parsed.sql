{%- set texts = ['child_id', 'reason'] -%}
{%- set judged = ['rating', 'rated_on'] -%}
{%- set delivered_columns = delivered_as_text(texts, judged) -%}

with deliveries as (
    select * from {{ ref('int_deliveries__current') }}
),

delivered as (
    select * from {{ source('iro', 'rag_ratings') }}
),

rating_codes as {{ codes_of('rag_rating', 'iro_codes') }},

cleaned as {{ cleaned_rows(texts, judged) }},

typed as (
    select
        cleaned.*,
        cleaned.child_id as child,
        {{ decoded('rating') }},
        {{ try_date('cleaned.rated_on_text') }} as rated_on
    from cleaned
    {{ join_codes(['rating']) }}
),

ruled as (
    select
        typed.*,
        {{ string_list_of([
            missing_key('child_id'),
            missing_code_key('rating'),
            unknown_code('rating'),
            unreadable_mandatory_date('rated_on')
        ]) }} as failed_rules,
        {{ string_list_of(['rating_year_repair']) }} as repair_rules
    from typed
),

duplicates as {{ rejected_duplicates(
    'ruled',
    key=iro_tables()['rag_ratings'],
    values=delivered_columns
) }},

final as {{ judged_rows([
    'child', 'rating', 'rated_on', 'reason'
], delivered_columns) }}

select * from final
