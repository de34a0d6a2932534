{%- set delivered_columns = [
    'child', 'dob_text', 'date_placed_text', 'date_placed_ceased_text', 'reason_placed_ceased_text'
] -%}

with reason_placed_ceased_codes as {{ codes_of('reason_placed_ceased') }},

cleaned as {{ cleaned_rows(source('ssda903', 'placed_adoption'), delivered_columns) }},

typed as (
    select
        cleaned.*,
        {{ try_date('cleaned.dob_text') }} as dob,
        {{ try_date('cleaned.date_placed_text') }} as date_placed,
        {{ try_date('cleaned.date_placed_ceased_text') }} as date_placed_ceased,
        {{ decoded('reason_placed_ceased') }}
    from cleaned
    {{ join_codes(['reason_placed_ceased']) }}
),

ruled as (
    select
        typed.*,
        {{ string_list_of([
            missing_key('child'),
            unreadable_mandatory_date('date_placed'),
            impossible_date_order('date_placed', 'date_placed_ceased')
        ]) }} as failed_rules,
        {{ string_list_of([
            unreadable_date_nulled('dob'),
            unreadable_date_nulled('date_placed_ceased'),
            unknown_code_nulled('reason_placed_ceased'),
            'reason_placed_ceased_year_repair'
        ]) }} as repair_rules
    from typed
),

duplicates as {{ rejected_duplicates(ssda903_tables()['placed_adoption'], delivered_columns) }},

final as {{ judged_rows([
    'child', 'dob', 'date_placed', 'date_placed_ceased', 'reason_placed_ceased'
], delivered_columns) }}

select * from final
