{#- What a delivered value says once blanks and case are out of the way; nothing but blanks is null. -#}

{% macro clean_text(column) -%}
    nullif({{ trimmed(column) }}, '')
{%- endmacro %}

{% macro clean_code(column) -%}
    nullif(upper({{ trimmed(column) }}), '')
{%- endmacro %}

{% macro clean_postcode(column) -%}
    nullif(upper(replace({{ trimmed(column) }}, ' ', '')), '')
{%- endmacro %}
