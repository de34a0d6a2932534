{#- The tables of a dataset as staging judges them: name and the start of the model's name. -#}
{% macro judged_tables_of(dataset) -%}
    {%- set tables = [] -%}
    {%- for table in judged_tables() if table.model.startswith('stg_' ~ dataset) -%}
        {%- do tables.append(table) -%}
    {%- endfor -%}
    {{ return(tables) }}
{%- endmacro %}
