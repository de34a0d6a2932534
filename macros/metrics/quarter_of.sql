{#- The quarter that a place lies in, 1 being the first; none of fewer than four. -#}
{% macro quarter_of(place, counted) -%}
    case when {{ counted }} >= 4 then cast(ceil(4.0 * {{ place }} / {{ counted }}) as bigint) end
{%- endmacro %}
