{#- The columns of a mart in the order of its contract, so that a column of a cohort is shown by describing it there.

    relation   the CTE whose columns bear the mart's names
    otherwise  SQL of the columns that come from elsewhere, by name; for one that is only called otherwise, its name there
-#}
{% macro contracted_columns(relation, otherwise={}) -%}
    {#- Tools that read models without dbt know no descriptions. -#}
    {%- for name in model.columns or otherwise -%}
        {{ otherwise[name] ~ ' as ' ~ name if name in otherwise else relation ~ '.' ~ name }}
        {{- '' if loop.last else ',\n        ' -}}
    {%- endfor -%}
{%- endmacro %}
