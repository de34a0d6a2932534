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


{#- The staging models of one IRO table read alike; these macros are what they share. A model imports `delivered` and
    `deliveries`, cleans, types and judges its rows, and ends in judged_rows(). -#}

{#- Delivered rows of deliveries known at the build's date. Ids and free text keep their names; dates, codes and numbers
    are to be judged, so that what was delivered stays beside them as <column>_text. -#}
{% macro cleaned_rows(texts, judged) -%}
    (
        select
            {{ delivered_row_columns() }},
            {%- for column in texts %}
            {{ clean_text('delivered.' ~ column) }} as {{ column }},
            {%- endfor %}
            {%- for column in judged %}
            {{ clean_text('delivered.' ~ column) }} as {{ column }}_text{{ ',' if not loop.last }}
            {%- endfor %}
        from delivered
        inner join deliveries
            on
                delivered.delivery_id = deliveries.delivery_id
                and delivered.content_hash = deliveries.content_hash
    )
{%- endmacro %}

{#- Every delivered column as cleaned_rows() names it, for the row's content and the comparison of duplicates. -#}
{% macro delivered_as_text(texts, judged) -%}
    {%- set columns = texts | list -%}
    {%- for column in judged -%}
        {%- do columns.append(column ~ '_text') -%}
    {%- endfor -%}
    {{ return(columns) }}
{%- endmacro %}

{#- Y or N, however a system spells it; null where blank or neither. -#}
{% macro typed_yes_no(column) -%}
    case
        when upper(cleaned.{{ column }}_text) in ('Y', 'YES', 'TRUE', '1') then 'Y'
        when upper(cleaned.{{ column }}_text) in ('N', 'NO', 'FALSE', '0') then 'N'
    end as {{ column }}
{%- endmacro %}

{#- A date that follows a review, null where it comes before: see the rule date_after_review_nulled. -#}
{% macro not_before_review(column) -%}
    case when reviewed_on is null or {{ column }}_read >= reviewed_on then {{ column }}_read end as {{ column }}
{%- endmacro %}

{#- The judged rows of `ruled`, less what only the rules needed, with the verdict on duplicates. -#}
{% macro judged_rows(columns, content) -%}
    (
        select
            ruled.la_code,
            ruled.collection_year,
            ruled.delivery_id,
            ruled.file_name,
            ruled.row_number,
            {%- for column in columns %}
            ruled.{{ column }},
            {%- endfor %}
            ruled.is_current,
            coalesce(duplicates.duplicate_rule, ruled.failed_rules) as failed_rules,
            ruled.repair_rules,
            case
                when duplicates.duplicate_rule is not null or ruled.failed_rules <> '' or ruled.repair_rules <> ''
                    then {{ row_content('ruled', content) }}
            end as raw_content
        from ruled
        left join duplicates
            on
                ruled.delivery_id = duplicates.delivery_id
                and ruled.file_name = duplicates.file_name
                and ruled.row_number = duplicates.row_number
    )
{%- endmacro %}


{#- Whether an iro_id is one of the authority's own staff list, for the rule unknown_iro. An authority that delivers no
    staff list is not told of every row. -#}

{% macro staff_listed() -%}
    (
        select distinct
            la_code,
            iro_id
        from {{ ref('stg_iro__iro_staff__parsed') }}
        where is_current and failed_rules = ''
    )
{%- endmacro %}

{% macro authorities_with_staff() -%}
    (
        select distinct la_code
        from staff
    )
{%- endmacro %}

{% macro is_unlisted_iro() -%}
    cleaned.iro_id is not null and authorities_with_staff.la_code is not null and staff.iro_id is null as is_unlisted_iro
{%- endmacro %}

{% macro join_staff() -%}
    left join staff on cleaned.la_code = staff.la_code and cleaned.iro_id = staff.iro_id
    left join authorities_with_staff on cleaned.la_code = authorities_with_staff.la_code
{%- endmacro %}

{% macro unknown_iro() -%}
    case when is_unlisted_iro then 'unknown_iro:iro_id' end
{%- endmacro %}
