{#- The one rule by which a figure is called better or worse: only where the difference is more than chance. It is where
    the other figure (last year's, or a comparator) lies outside the figure's 95 % interval; null without an interval or
    another number. docs/definitions.md ("Chance") has the reasons. -#}
{% macro beyond_chance(other, value_low, value_high) -%}
    {{ other }} < {{ value_low }} or {{ other }} > {{ value_high }}
{%- endmacro %}

{#- What a reader is told of it, in one word that every output uses. higher and lower stand where the difference is more
    than chance and neither side is the better one; null where there is nothing to compare.

    little  little change (from a year before) or little difference (from a comparator) -#}
{% macro verdict_of(direction, polarity, is_beyond_chance, little) -%}
    case
        when {{ direction }} is null then null
        when {{ direction }} = 'same' then '{{ little }}'
        when {{ is_beyond_chance }} is null then 'not judged'
        when not ({{ is_beyond_chance }}) then '{{ little }}'
        when {{ polarity }} = 'none' then {{ direction }}
        else {{ position_of(direction, polarity) }}
    end
{%- endmacro %}
