{#- The values of a group as one text in alphabetical order, joined by commas and blanks. -#}
{% macro string_list_aggregate(expression) -%}
    {{ return(adapter.dispatch('string_list_aggregate')(expression)) }}
{%- endmacro %}

{% macro default__string_list_aggregate(expression) -%}
    string_agg({{ expression }}, ', ' order by {{ expression }})
{%- endmacro %}

{% macro spark__string_list_aggregate(expression) -%}
    array_join(sort_array(collect_list({{ expression }})), ', ')
{%- endmacro %}
