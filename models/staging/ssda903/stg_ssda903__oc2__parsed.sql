{%- set delivered_columns = [
    'child', 'dob_text', 'sdq_score_text', 'sdq_reason_text', 'convicted_text', 'health_check_text',
    'immunisations_text', 'teeth_check_text', 'health_assessment_text', 'substance_misuse_text',
    'intervention_received_text', 'intervention_offered_text'
] -%}

-- A blank is not a 0, and a score of 0 is a score.
with deliveries as (
    select * from {{ ref('int_deliveries__current') }}
),

delivered as (
    select * from {{ source('ssda903', 'oc2') }}
),

sdq_reason_codes as {{ codes_of('sdq_reason') }},

cleaned as (
    select
        {{ delivered_row_columns() }},
        {{ clean_text('delivered.child') }} as child,
        {{ clean_text('delivered.dob') }} as dob_text,
        {{ clean_text('delivered.sdq_score') }} as sdq_score_text,
        {{ clean_text('delivered.sdq_reason') }} as sdq_reason_text,
        {{ clean_text('delivered.convicted') }} as convicted_text,
        {{ clean_text('delivered.health_check') }} as health_check_text,
        {{ clean_text('delivered.immunisations') }} as immunisations_text,
        {{ clean_text('delivered.teeth_check') }} as teeth_check_text,
        {{ clean_text('delivered.health_assessment') }} as health_assessment_text,
        {{ clean_text('delivered.substance_misuse') }} as substance_misuse_text,
        {{ clean_text('delivered.intervention_received') }} as intervention_received_text,
        {{ clean_text('delivered.intervention_offered') }} as intervention_offered_text
    from delivered
    inner join deliveries
        on
            delivered.delivery_id = deliveries.delivery_id
            and delivered.content_hash = deliveries.content_hash
),

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
        {{ string_list_of([
            missing_key('child')
        ]) }} as failed_rules,
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

duplicates as {{ rejected_duplicates(
    'ruled',
    key=['child'],
    values=delivered_columns
) }},

final as (
    select
        ruled.la_code,
        ruled.collection_year,
        ruled.delivery_id,
        ruled.file_name,
        ruled.row_number,
        ruled.child,
        ruled.dob,
        ruled.sdq_score,
        ruled.sdq_reason,
        ruled.convicted,
        ruled.health_check,
        ruled.immunisations,
        ruled.teeth_check,
        ruled.health_assessment,
        ruled.substance_misuse,
        ruled.intervention_received,
        ruled.intervention_offered,
        ruled.is_current,
        coalesce(duplicates.duplicate_rule, ruled.failed_rules) as failed_rules,
        ruled.repair_rules,
        case
            when duplicates.duplicate_rule is not null or ruled.failed_rules <> '' or ruled.repair_rules <> ''
                then {{ row_content('ruled', delivered_columns) }}
        end as raw_content
    from ruled
    left join duplicates
        on
            ruled.delivery_id = duplicates.delivery_id
            and ruled.file_name = duplicates.file_name
            and ruled.row_number = duplicates.row_number
)

select * from final
