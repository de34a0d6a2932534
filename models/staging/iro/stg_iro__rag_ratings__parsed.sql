{%- set delivered_columns = ['child_id', 'rating_text', 'rated_on_text', 'reason'] -%}

with rating_codes as {{ codes_of('rag_rating', 'iro_codes') }},

cleaned as {{ cleaned_rows(source('iro', 'rag_ratings'), delivered_columns) }},

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

duplicates as {{ rejected_duplicates(iro_tables()['rag_ratings'], delivered_columns) }},

final as {{ judged_rows(['child', 'rating', 'rated_on', 'reason'], delivered_columns) }}

select * from final
