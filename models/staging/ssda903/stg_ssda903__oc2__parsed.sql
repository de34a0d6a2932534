{%- set delivered_columns = [
    'child', 'dob_text', 'sdq_score_text', 'sdq_reason_text', 'convicted_text', 'health_check_text',
    'immunisations_text', 'teeth_check_text', 'health_assessment_text', 'substance_misuse_text',
    'intervention_received_text', 'intervention_offered_text'
] -%}

-- A blank is not a 0, and a score of 0 is a score.
with sdq_reason_codes as {{ codes_of('sdq_reason') }},

cleaned as {{ cleaned_rows(source('ssda903', 'oc2'), delivered_columns) }},

typed as (
    select
        cleaned.*,
        {{ try_date('cleaned.dob_text') }} as dob,
        {{ integer_between('cleaned.sdq_score_text', 0, 40) }} as sdq_score,
        {{ decoded('sdq_reason') }},
        {{ integer_between('cleaned.convicted_text', 0, 1) }} as convicted,
        {{ integer_between('cleaned.health_check_text', 0, 1) }} as health_check,
        {{ integer_between('cleaned.immunisations_text', 0, 1) }} as immunisations,
        {{ integer_between('cleaned.teeth_check_text', 0, 1) }} as teeth_check,
        {{ integer_between('cleaned.health_assessment_text', 0, 1) }} as health_assessment,
        {{ integer_between('cleaned.substance_misuse_text', 0, 1) }} as substance_misuse,
        {{ integer_between('cleaned.intervention_received_text', 0, 1) }} as intervention_received,
        {{ integer_between('cleaned.intervention_offered_text', 0, 1) }} as intervention_offered
    from cleaned
    {{ join_codes(['sdq_reason']) }}
),

ruled as (
    select
        typed.*,
        {{ string_list_of([missing_key('child')]) }} as failed_rules,
        {{ string_list_of([
            unreadable_date_nulled('dob'),
            number_out_of_range_nulled('sdq_score'),
            unknown_code_nulled('sdq_reason'),
            'sdq_reason_year_repair',
            number_out_of_range_nulled('convicted'),
            number_out_of_range_nulled('health_check'),
            number_out_of_range_nulled('immunisations'),
            number_out_of_range_nulled('teeth_check'),
            number_out_of_range_nulled('health_assessment'),
            number_out_of_range_nulled('substance_misuse'),
            number_out_of_range_nulled('intervention_received'),
            number_out_of_range_nulled('intervention_offered')
        ]) }} as repair_rules
    from typed
),

duplicates as {{ rejected_duplicates(ssda903_tables()['oc2'], delivered_columns) }},

final as {{ judged_rows([
    'child', 'dob', 'sdq_score', 'sdq_reason', 'convicted', 'health_check', 'immunisations', 'teeth_check',
    'health_assessment', 'substance_misuse', 'intervention_received', 'intervention_offered'
], delivered_columns) }}

select * from final
