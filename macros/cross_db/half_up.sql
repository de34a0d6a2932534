{#- Rounds a figure that is not negative to a constant number of decimals, half up, exactly once.
    A quotient held as a binary fraction may lie a hair under the half that it stands for (1.005 does), so it passes
    through a decimal of 10 places first. That cannot move any other figure over a half: 100 n / d is either a half
    or at least 1 / (2 d) away from one, which for every population of England is far more than 10 places hold.
    The result is a decimal with `decimals` places, so that cast to text it reads 14.0, not 14. -#}
{% macro half_up(value, decimals=0) -%}
    {{ return(adapter.dispatch('half_up')(value, decimals)) }}
{%- endmacro %}

{% macro default__half_up(value, decimals) -%}
    round(cast({{ value }} as decimal(38, 10)), {{ decimals }})
{%- endmacro %}
