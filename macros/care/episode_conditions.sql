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
    ({{ rec }} is not null and not {{ code_is(rec, 'stays_in_care') }})
{%- endmacro %}

{#- The placements of a child who is placed for adoption, with or without consent, whoever the carers are. -#}
{% macro is_placed_for_adoption(place='place') -%}
    {{ code_is(place, 'placed_for_adoption') }}
{%- endmacro %}

{#- Temporary placements, of children who go back to the one they have. -#}
{% macro is_temporary_placement(place='place') -%}
    {{ code_is(place, 'temporary') }}
{%- endmacro %}

{#- Short breaks under an agreement: delivered, and no time in care. -#}
{% macro is_respite(ls='ls') -%}
    {{ code_is(ls, 'short_break') }}
{%- endmacro %}

{#- Left care for adoption, consented to or dispensed with. -#}
{% macro is_adopted(rec='rec') -%}
    {{ code_is(rec, 'adopted') }}
{%- endmacro %}

{#- On a day of the stay in care that goes on at a date, up to that date. Where the records begin after the stay did, what
    lies before its first visible day is taken to be of it: a plan of long ago is not forgotten because returns were. -#}
{% macro is_in_present_stay(day, in_care='in_care') -%}
    (
        {{ day }} <= {{ in_care }}.as_of_on
        and ({{ day }} >= {{ in_care }}.period_of_care_started_on or {{ in_care }}.is_left_censored)
    )
{%- endmacro %}

{#- The nation in whose numbering an ONS code begins, or a nation's own word in PL_LA; null for England and for elsewhere. -#}
{% macro nation_of(code) -%}
    case
        when {{ code }} like 'W%' then 'WAL'
        when {{ code }} like 'S%' then 'SCO'
        when {{ code }} like 'N%' and {{ code }} <> 'NUK' then 'NIR'
    end
{%- endmacro %}

{#- An authority of PL_LA that lies outside England: a nation, the world beyond, or an ONS code of another nation. -#}
{% macro is_outside_england(authority) -%}
    (
        {{ code_is(authority, 'outside_england') }}
        or (length({{ authority }}) = 9 and left({{ authority }}, 1) in ('W', 'S', 'N'))
    )
{%- endmacro %}
