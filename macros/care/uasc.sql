{#- Unaccompanied asylum-seeking children (definitions 11.7). Only the return of the collection year that holds the day
    speaks for it. `uasc` is int_uasc__by_year, joined by child; false where it has no row. -#}

{#- On a day: the status has not ceased by it. The day on which it ceases is the first without it. -#}
{% macro is_uasc_on(day, uasc='uasc') -%}
    coalesce(
        {{ uasc }}.collection_year = {{ collection_year_of(day) }}
        and ({{ uasc }}.status_ceased_on is null or {{ uasc }}.status_ceased_on > {{ day }}),
        false
    )
{%- endmacro %}

{#- On leaving care: a status that ceases on the day of leaving ceases because the child left, and was the child's until
    then. -#}
{% macro is_uasc_on_leaving(day, uasc='uasc') -%}
    coalesce(
        {{ uasc }}.collection_year = {{ collection_year_of(day) }}
        and ({{ uasc }}.status_ceased_on is null or {{ uasc }}.status_ceased_on >= {{ day }}),
        false
    )
{%- endmacro %}

{#- The category of the breakdown uasc. -#}
{% macro uasc_category(is_uasc='is_uasc') -%}
    case when {{ is_uasc }} then 'UASC' else 'Not UASC' end
{%- endmacro %}
