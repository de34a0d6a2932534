{#- A label of a published file as labels are compared: case, surrounding blanks and the kind of apostrophe set aside. -#}
{% macro published_label(text) -%}
    lower(replace({{ trimmed(text) }}, '’', ''''))
{%- endmacro %}


{#- Roles of a published file's columns: those that hold figures, and of them those that hold a number of people. -#}
{% macro is_figure(column_role='column_role') -%}
    ({{ column_role }} in ('number', 'percentage', 'rate') or {{ is_population(column_role) }})
{%- endmacro %}

{% macro is_population(column_role='column_role') -%}
    {{ column_role }} in ('population', 'mid_year_population')
{%- endmacro %}


{#- Inner and Outer London are parts of the region London: everything else is its own region. -#}
{% macro whole_region(region_code) -%}
    case when {{ region_code }} in ('E13000001', 'E13000002') then 'E12000007' else {{ region_code }} end
{%- endmacro %}
