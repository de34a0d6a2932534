{#- Numbers below this and above 0 are hidden: the convention of DfE's own releases. -#}
{% macro smallest_count_shown() -%}
    6
{%- endmacro %}

{% macro is_small(number) -%}
    ({{ number }} > 0 and {{ number }} < {{ smallest_count_shown() }})
{%- endmacro %}

{#- The category that gathers words of staff that are too rare to be shown. -#}
{% macro rare_categories() -%}
    Other, each fewer than 6
{%- endmacro %}

{#- The category that stands for those of a table that are not shown each by itself. -#}
{% macro categories_together() -%}
    Other categories, together
{%- endmacro %}

{#-
    How much readers would miss a figure: headlines more than tables, and of both what DfE prints and councillors ask for
    first more than variants of it (suppression_measures.importance). The totals of importance 1 are never hidden for the
    sake of others; their tables weigh as much as DfE's measures.
-#}
{% macro suppression_weight(importance, breakdown, treatment) -%}
    case
        when {{ breakdown }} = 'all' then
            case {{ importance }} when 1 then 100000 when 2 then 1000 when 3 then 200 else 30 end
        when {{ breakdown }} = 'month' or coalesce({{ treatment }}, '') = 'fine' then 3
        else case {{ importance }} when 1 then 12 when 2 then 10 when 3 then 6 else 3 end
    end
{%- endmacro %}
