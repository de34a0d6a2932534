{#- 95 % confidence limits, as public health statistics in England give them. Plain arithmetic that every engine knows,
    checked in tests/dbt/singular/assert_macro_intervals.sql against printed ones. -#}

{#- The 97.5th percentile of the normal distribution. -#}
{% macro normal_quantile() -%}
    1.959963984540054
{%- endmacro %}

{#- Wilson's score interval of a proportion, as a percentage: it stays between 0 and 100 and holds for few children.
    Null without a denominator. -#}
{% macro wilson_low(numerator, denominator) -%}
    case when {{ denominator }} > 0 then greatest({{ wilson_limit(numerator, denominator, '-') }}, 0.0) end
{%- endmacro %}

{% macro wilson_high(numerator, denominator) -%}
    case when {{ denominator }} > 0 then least({{ wilson_limit(numerator, denominator, '+') }}, 100.0) end
{%- endmacro %}

{% macro wilson_limit(numerator, denominator, sign) -%}
{%- set z = normal_quantile() -%}
    100.0 * (
        2.0 * {{ numerator }} + {{ z }} * {{ z }}
        {{ sign }} {{ z }} * sqrt(
            {{ z }} * {{ z }} + 4.0 * {{ numerator }} * ({{ denominator }} - {{ numerator }}) / {{ denominator }}
        )
    ) / (2.0 * ({{ denominator }} + {{ z }} * {{ z }}))
{%- endmacro %}

{#- Byar's approximation to the exact Poisson limits of a count. A rate takes the limits of its count over its population.
    The cube is multiplied out: engines' own powers differ in the last digit. -#}
{% macro byar_low(number) -%}
    case
        when {{ number }} = 0 then 0.0
        when {{ number }} > 0 then {{ byar_limit(number, '-') }}
    end
{%- endmacro %}

{% macro byar_high(number) -%}
    case when {{ number }} >= 0 then {{ byar_limit('(' ~ number ~ ' + 1.0)', '+') }} end
{%- endmacro %}

{% macro byar_limit(number, sign) -%}
{%- set root -%}
    (1.0 - 1.0 / (9.0 * {{ number }}) {{ sign }} {{ normal_quantile() }} / (3.0 * sqrt({{ number }})))
{%- endset -%}
    {{ number }} * {{ root }} * {{ root }} * {{ root }}
{%- endmacro %}
