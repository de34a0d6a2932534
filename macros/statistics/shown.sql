{#- A figure as text, by DfE's convention: rounded once, half up, to the decimals of its metric; k where a percentage or
    rate rounds to 0 and is not. Null stays null. -#}
{% macro shown(value, unit, decimals) -%}
    case
        when
            {{ unit }} in ('percent', 'rate_per_10000')
            and {{ value }} > 0
            and {{ half_up(value, 0) }} = 0
            then 'k'
        when {{ decimals }} = 1 then cast({{ half_up(value, 1) }} as string)
        else cast({{ half_up(value, 0) }} as string)
    end
{%- endmacro %}
