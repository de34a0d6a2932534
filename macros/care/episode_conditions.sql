{#- DECOM is inclusive and DEC exclusive: a leaver of 31 March is not looked after on 31 March, a starter of that day is. -#}
{% macro is_live_on(date, started_on='started_on', ended_on='ended_on') -%}
    ({{ started_on }} <= {{ date }} and ({{ ended_on }} is null or {{ ended_on }} > {{ date }}))
{%- endmacro %}

{#- Looked after on any day of a period, the day of leaving included; an implied end is a bound, not a day of leaving. -#}
{% macro touches_period(period_start, period_end, started_on='started_on', ended_on='ended_on', is_implied_end='is_implied_end') -%}
    (
        {{ started_on }} <= {{ period_end }}
        and (
            {{ ended_on }} is null
            or {{ ended_on }} > {{ period_start }}
            or ({{ ended_on }} = {{ period_start }} and not {{ is_implied_end }})
        )
    )
{%- endmacro %}

{#- A REC other than X1 ends a period of care; a blank one ends nothing that can be counted. -#}
{% macro is_cease(rec='rec') -%}
    ({{ rec }} is not null and {{ rec }} <> 'X1')
{%- endmacro %}
