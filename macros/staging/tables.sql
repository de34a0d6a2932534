{#- The tables of the SSDA903 return, in the order in which the specification lists them, and what a return has one row
    per: of rows that share it one is accepted. -#}
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


{#- The tables of the IRO service's extracts and the key of each: one row per key, the latest collection year wins. -#}
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

{% macro iro_tables_without_child() -%}
    {{ return(['iro_staff', 'dispute_stages', 'workshops', 'participation_events']) }}
{%- endmacro %}
