{#- Text without the blanks around it: spaces, tabs, line ends, and the no-break spaces that web pages and Word leave. -#}
{% macro trimmed(text) -%}
    {{ return(adapter.dispatch('trimmed')(text)) }}
{%- endmacro %}

{% macro default__trimmed(text) -%}
    trim(both ' ' || chr(9) || chr(10) || chr(13) || chr(160) from {{ text }})
{%- endmacro %}

{% macro duckdb__trimmed(text) -%}
    trim({{ text }}, ' ' || chr(9) || chr(10) || chr(13) || chr(160))
{%- endmacro %}
