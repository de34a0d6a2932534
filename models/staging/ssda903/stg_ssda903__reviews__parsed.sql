{%- set delivered_columns = ['child', 'dob_text', 'review_text', 'review_code_text'] -%}

with review_code_codes as {{ codes_of('participation') }},

cleaned as {{ cleaned_rows(source('ssda903', 'reviews'), delivered_columns) }},

typed as (
    select
        cleaned.*,
        {{ try_date('cleaned.dob_text') }} as dob,
        {{ try_date('cleaned.review_text') }} as review,
        {{ decoded('review_code') }}
    from cleaned
    {{ join_codes(['review_code']) }}
),

ruled as (
    select
        typed.*,
        {{ string_list_of([
            missing_key('child'),
            unreadable_mandatory_date('review')
        ]) }} as failed_rules,
        {{ string_list_of([
            unreadable_date_nulled('dob'),
            unknown_code_nulled('review_code'),
            'review_code_year_repair'
        ]) }} as repair_rules
    from typed
),

duplicates as {{ rejected_duplicates(ssda903_tables()['reviews'], delivered_columns) }},

final as {{ judged_rows(['child', 'dob', 'review', 'review_code'], delivered_columns) }}

select * from final
