{#- A surrogate key: one hash over a list of columns, null told apart from empty text. The separator is a control
    character, which no delivered id holds, so ('a', 'bc') and ('ab', 'c') differ. -#}
{% macro hash_key(columns) -%}
    {{ return(adapter.dispatch('hash_key')(columns)) }}
{%- endmacro %}

{% macro default__hash_key(columns) -%}
    {%- set parts = [] -%}
    {%- for column in columns -%}
        {%- do parts.append("coalesce(cast(" ~ column ~ " as varchar(200)), '<null>')") -%}
    {%- endfor -%}
    md5({{ parts | join(" || chr(31) || ") }})
{%- endmacro %}
