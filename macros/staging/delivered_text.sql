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


{#- The columns that open every staging model, from raw rows joined to int_deliveries__current. -#}
{% macro delivered_row_columns() -%}
    deliveries.la_code,
        deliveries.collection_year,
        deliveries.is_current,
        delivered.delivery_id,
        delivered.file_name,
        delivered.row_number
{%- endmacro %}
