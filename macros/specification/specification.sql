{#- Written by scripts/generate_from_specification.py: change the specification, not this file. -#}


{#- The tables of the SSDA903 return, each with its key: of rows that share it one is accepted. -#}
{% macro ssda903_tables() -%}
    {{ return({
        'header': ['child'],
        'episodes': ['child', 'decom'],
        'uasc': ['child'],
        'reviews': ['child', 'review'],
        'oc2': ['child'],
        'oc3': ['child'],
        'ad1': ['child'],
        'placed_adoption': ['child', 'date_placed'],
        'prev_perm': ['child'],
        'missing': ['child', 'missing', 'mis_start'],
        'sw_episodes': ['child', 'sw_id', 'sw_decom'],
        'dolo': ['child', 'dolo_start'],
    }) }}
{%- endmacro %}


{#- The tables of the IRO service's extracts, each with its key: of rows that share it one is accepted. -#}
{% macro iro_tables() -%}
    {{ return({
        'iro_staff': ['iro_id'],
        'iro_allocations': ['child', 'iro_id', 'allocated_on'],
        'reviews': ['child', 'review_id'],
        'pre_review_consultations': ['consultation_id'],
        'rag_ratings': ['child', 'rated_on'],
        'case_tracking': ['tracking_id'],
        'disputes': ['dispute_id'],
        'dispute_stages': ['dispute_id', 'stage', 'entered_on'],
        'permanence_plans': ['plan_id'],
        'long_term_matches': ['child', 'panel_on'],
        'audits': ['audit_id'],
        'workshops': ['workshop_id'],
        'participation_events': ['event_id'],
    }) }}
{%- endmacro %}


{#- The tables of a crosswalk, each with its key: of rows that share it one is accepted. -#}
{% macro crosswalk_tables() -%}
    {{ return({
        'child_numbers': ['old_child_id', 'new_child_id'],
    }) }}
{%- endmacro %}


{#- Tables of the IRO service's extracts whose rows name no child. -#}
{% macro iro_tables_without_child() -%}
    {{ return([
        'iro_staff',
        'dispute_stages',
        'workshops',
        'participation_events',
    ]) }}
{%- endmacro %}


{#- Tables of the return whose rows a later year repeats: the latest year's row of a key counts. -#}
{% macro repeated_ssda903_tables() -%}
    {{ return([
        'header',
        'reviews',
        'placed_adoption',
        'missing',
        'sw_episodes',
        'dolo',
    ]) }}
{%- endmacro %}


{#- The first collection year whose return has the table. -#}
{% macro first_collection_years() -%}
    {{ return({
        'header': 0,
        'episodes': 0,
        'uasc': 0,
        'reviews': 0,
        'oc2': 0,
        'oc3': 0,
        'ad1': 0,
        'placed_adoption': 0,
        'prev_perm': 2017,
        'missing': 0,
        'sw_episodes': 2024,
        'dolo': 2027,
    }) }}
{%- endmacro %}


{#- The codes of each kind, of all lists (column `kinds`). -#}
{% macro codes_of_kinds() -%}
    {{ return({
        'no_upn': ['UN1', 'UN2', 'UN3', 'UN4', 'UN5'],
        'start_of_care': ['S'],
        'new_legal_status': ['L', 'B', 'U'],
        'new_placement': ['P', 'T', 'B', 'U'],
        'new_carer': ['P', 'B'],
        'taken_into_care': ['C1', 'C2', 'L1', 'L2'],
        'full_care_order': ['C2'],
        'placement_order': ['E1'],
        'voluntary_agreement': ['V2'],
        'short_break': ['V3', 'V4'],
        'single_short_break': ['V3'],
        'placed_for_adoption': ['A3', 'A4', 'A5', 'A6'],
        'adoption_by_foster_carer': ['A3', 'A5'],
        'unsuitable_under_16': ['H5', 'K3', 'P2', 'Z1', 'Z11', 'Z12', 'Z13', 'Z14'],
        'childrens_home': ['K1', 'K2'],
        'deprivation_of_liberty': ['K2', 'Z12', 'Z13'],
        'with_parents': ['P1'],
        'never_local_authority': ['R2', 'R5'],
        'temporary': ['T0', 'T1', 'T2', 'T3', 'T4'],
        'fostered': ['U1', 'U2', 'U3', 'U4', 'U5', 'U6'],
        'fostered_by_relatives': ['U1', 'U2', 'U3'],
        'fostered_long_term': ['U1', 'U4'],
        'other_placement': ['Z1', 'Z11', 'Z12', 'Z13', 'Z14'],
        'parents': ['PR0'],
        'local_authority': ['PR1', 'PR2'],
        'other_public_body': ['PR3'],
        'stays_in_care': ['X1'],
        'adopted': ['E11', 'E12'],
        'died': ['E2'],
        'transferred': ['E3'],
        'special_guardianship': ['E43', 'E44', 'E45', 'E46', 'E47', 'E48'],
        'special_guardianship_to_foster_carer': ['E45', 'E46'],
        'too_young_to_participate': ['PN0'],
        'participation_coded': ['PN1', 'PN2', 'PN3', 'PN4', 'PN5', 'PN6', 'PN7'],
        'participated': ['PN1', 'PN2', 'PN3', 'PN5', 'PN6'],
        'attended': ['PN1', 'PN2', 'PN3', 'PN4'],
        'advocate': ['PN2', 'PN5'],
        'no_earlier_permanence': ['Z1'],
        'missing': ['M'],
        'in_touch': ['YES'],
        'no_care_leaver': ['DIED', 'RHOM'],
        'outside_england': ['NIR', 'SCO', 'WAL', 'NUK'],
        'reviewing_officer': ['IRO'],
        'service_manager': ['SERVICE_MANAGER'],
        'child': ['CHILD'],
        'carer': ['CARER'],
        'parent': ['PARENT'],
        'early_stage': ['INFORMAL', 'STAGE_1'],
        'good_practice': ['GOOD_PRACTICE'],
        'return_home': ['RETURN1M', 'RETURN6M', 'RETURNEV'],
        'long_term_foster_care': ['LTRELFR', 'LTFOST18'],
        'with_relatives': ['LTRELFR', 'SGO', 'CAO'],
        'special_guardianship_plan': ['SGO'],
    }) }}
{%- endmacro %}


{#- The codes that took a code's place, by code list. -#}
{% macro successors_of_codes() -%}
    {{ return({
        'placement_type': {'H5': ['K3'], 'P2': ['K3'], 'Z1': ['Z11', 'Z12', 'Z13', 'Z14']},
    }) }}
{%- endmacro %}


{#- The age from which a code may be used, by code list. -#}
{% macro least_ages() -%}
    {{ return({
        'placement_type': {'H5': 16, 'K3': 16, 'P2': 16, 'P3': 14, 'R5': 10, 'S1': 4},
        'rec': {'E5': 14, 'E6': 14, 'E7': 16, 'E17': 18},
    }) }}
{%- endmacro %}


{#- The days for which a code may stand, by code list. -#}
{% macro most_days() -%}
    {{ return({
        'legal_status': {'L1': 3, 'L2': 21, 'L3': 7},
        'placement_type': {'T1': 42, 'T3': 21, 'T4': 7},
    }) }}
{%- endmacro %}
