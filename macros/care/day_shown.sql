{#- A day on which something ended, as it is published: from the eighteenth birthday on the last day of its month. Care
    ends on that birthday by law, so the day itself would be the child's date of birth. The last day of the month, because
    every period ends with a month: what has ended by the end of a period has ended by it as shown, too. -#}
{% macro day_shown(ended_on, birth) -%}
    case
        when {{ completed_years(birth, ended_on) }} >= 18 then {{ month_end(ended_on) }}
        else {{ ended_on }}
    end
{%- endmacro %}
