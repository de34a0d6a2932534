{#- Unit tests ask the warehouse for the columns of the inputs that they replace. Our sources are Parquet files and no
    relations of the warehouse, so for them the columns declared in the source's YAML are the answer. -#}
{% macro duckdb__get_columns_in_relation(relation) -%}
    {%- set declared = [] -%}
    {%- for source in graph.sources.values() -%}
        {%- if source.schema == relation.schema and source.identifier == relation.identifier -%}
            {%- for column in source.columns.values() -%}
                {%- do declared.append(api.Column.create(column.name, column.data_type)) -%}
            {%- endfor -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(declared or dbt.duckdb__get_columns_in_relation(relation)) }}
{%- endmacro %}
