{#- How one figure lies to another as a reader sees them: higher, lower or same; null where either is a symbol. Two that
    show the same are never called different, however they were rounded. -#}
{% macro direction_as_shown(value, shown, other, other_shown) -%}
    case
        when {{ value }} is null or {{ other }} is null then null
        when {{ shown }} = {{ other_shown }} then 'same'
        when {{ value }} > {{ other }} then 'higher'
        else 'lower'
    end
{%- endmacro %}

{#- What a direction means for children, by the metric's polarity: better, worse or similar; null where neither side is
    the better one. -#}
{% macro position_of(direction, polarity) -%}
    case
        when {{ polarity }} = 'none' or {{ direction }} is null then null
        when {{ direction }} = 'same' then 'similar'
        when {{ direction }} = {{ polarity }} then 'better'
        else 'worse'
    end
{%- endmacro %}
