{#- A date whose unknown parts are zz (in capitals here): the first and last day it may be, and how precisely it is known
    (day, month, year, unknown). All three are null where the text cannot be read. -#}
{% macro partial_date(text, name) -%}
    {%- set earliest = try_date("case when " ~ text ~ " like 'ZZ/%' then replace(" ~ text ~ ", 'ZZ', '01') else " ~ text ~ " end") -%}
    {{ earliest }} as {{ name }}_earliest,
        case
            when {{ text }} like 'ZZ/ZZ/%' then {{ add_days(add_months(earliest, 12), -1) }}
            when {{ text }} like 'ZZ/%' then {{ month_end(earliest) }}
            else {{ earliest }}
        end as {{ name }}_latest,
        case
            when {{ text }} = 'ZZ/ZZ/ZZZZ' then 'unknown'
            when {{ earliest }} is null then null
            when {{ text }} like 'ZZ/ZZ/%' then 'year'
            when {{ text }} like 'ZZ/%' then 'month'
            else 'day'
        end as {{ name }}_precision
{%- endmacro %}
