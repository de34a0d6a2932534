{#- A category of an open list from free text. A long text is an account, perhaps of a child, and is not repeated. -#}
{% macro open_category(column) -%}
    case
        when {{ column }} is null then 'Unknown'
        when length({{ column }}) > 60 then 'Other (free text)'
        else {{ column }}
    end
{%- endmacro %}
