{%- set delivered_columns = ['child', 'dob_text', 'sw_id', 'sw_decom_text', 'sw_dec_text', 'sw_reason_text'] -%}

with sw_reason_codes as {{ codes_of('sw_reason') }},

-- One worker in several spellings, "SW 1001" and "sw1001", is one: the number is cleaned as a postcode is.
cleaned as {{ cleaned_rows(source('ssda903', 'sw_episodes'), delivered_columns, postcodes=['sw_id']) }},

typed as (
    select
        cleaned.*,
        {{ try_date('cleaned.dob_text') }} as dob,
        {{ try_date('cleaned.sw_decom_text') }} as sw_decom,
        {{ try_date('cleaned.sw_dec_text') }} as sw_dec,
        {{ decoded('sw_reason') }}
    from cleaned
    {{ join_codes(['sw_reason']) }}
),

ruled as (
    select
        typed.*,
        {{ string_list_of([
            missing_key('child'),
            missing_key('sw_id'),
            unreadable_mandatory_date('sw_decom'),
            impossible_date_order('sw_decom', 'sw_dec')
        ]) }} as failed_rules,
        {{ string_list_of([
            unreadable_date_nulled('dob'),
            unreadable_date_nulled('sw_dec'),
            unknown_code_nulled('sw_reason'),
            'sw_reason_year_repair'
        ]) }} as repair_rules
    from typed
),

duplicates as {{ rejected_duplicates(ssda903_tables()['sw_episodes'], delivered_columns) }},

final as {{ judged_rows(['child', 'dob', 'sw_id', 'sw_decom', 'sw_dec', 'sw_reason'], delivered_columns) }}

select * from final
