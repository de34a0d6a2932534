{#- The column of a table that holds the child's number; none of a table without children. -#}
{% macro child_column(delivered_columns) -%}
    {{ return('child' if 'child' in delivered_columns else 'child_id' if 'child_id' in delivered_columns else none) }}
{%- endmacro %}
