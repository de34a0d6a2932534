{#- The median, the mean of the middle two where their number is even. -#}
{% macro median(value) -%}
    {{ return(adapter.dispatch('median', 'children_in_care')(value)) }}
{%- endmacro %}

{% macro default__median(value) -%}
    median({{ value }})
{%- endmacro %}

{% macro spark__median(value) -%}
    percentile({{ value }}, 0.5)
{%- endmacro %}
