{#- A collection year is the calendar year in which a financial year ends: 2025 runs from 1 April 2024 to 31 March 2025. -#}

{% macro collection_year_of(date) -%}
    cast(
        extract(year from {{ date }}) + case when extract(month from {{ date }}) >= 4 then 1 else 0 end
        as integer
    )
{%- endmacro %}

{% macro first_day_of_collection_year(collection_year) -%}
    {{ date_of(collection_year ~ ' - 1', 4, 1) }}
{%- endmacro %}

{% macro last_day_of_collection_year(collection_year) -%}
    {{ date_of(collection_year, 3, 31) }}
{%- endmacro %}
