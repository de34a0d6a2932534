{#- Every day from one ISO date to another, both included, as column date_day. -#}
{% macro date_spine(first_day, last_day) -%}
    {{ return(adapter.dispatch('date_spine', 'children_in_care')(first_day, last_day)) }}
{%- endmacro %}

{% macro default__date_spine(first_day, last_day) -%}
    select cast(spine.day as date) as date_day
    from generate_series({{ date_literal(first_day) }}, {{ date_literal(last_day) }}, interval 1 day) as spine (day)
{%- endmacro %}

{% macro spark__date_spine(first_day, last_day) -%}
    select explode(sequence({{ date_literal(first_day) }}, {{ date_literal(last_day) }}, interval 1 day)) as date_day
{%- endmacro %}
