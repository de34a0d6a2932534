{#- The age bands DfE prints at 31 March and on starting; a child without a usable date of birth is Unknown, never "Under 1 year". -#}
{% macro age_band(age) -%}
    case
        when {{ age }} is null or {{ age }} < 0 then 'Unknown'
        when {{ age }} < 1 then 'Under 1 year'
        when {{ age }} < 5 then '1 to 4 years'
        when {{ age }} < 10 then '5 to 9 years'
        when {{ age }} < 16 then '10 to 15 years'
        else '16 years and over'
    end
{%- endmacro %}

{#- The age bands DfE prints on ceasing, where the last years are shown apart. -#}
{% macro age_band_on_ceasing(age) -%}
    case
        when {{ age }} is null or {{ age }} < 0 then 'Unknown'
        when {{ age }} < 1 then 'Under 1 year'
        when {{ age }} < 5 then '1 to 4 years'
        when {{ age }} < 10 then '5 to 9 years'
        when {{ age }} < 16 then '10 to 15 years'
        when {{ age }} < 17 then '16 years'
        when {{ age }} < 18 then '17 years'
        else '18 years and over'
    end
{%- endmacro %}
