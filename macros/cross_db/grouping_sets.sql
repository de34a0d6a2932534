{#- What follows "group by": the totals over the keys, and the totals over the keys and each column in turn. -#}
{% macro grouping_sets(keys, columns) -%}
    {{ return(adapter.dispatch('grouping_sets', 'children_in_care')(keys, columns)) }}
{%- endmacro %}

{% macro default__grouping_sets(keys, columns) -%}
    grouping sets (
        ({{ keys | join(', ') }})
        {%- for column in columns %},
        ({{ keys | join(', ') }}, {{ column }})
        {%- endfor %}
    )
{%- endmacro %}
