{#- Calendar arithmetic on date columns. Every macro returns a date (days_between an integer), never a timestamp. -#}

{#- n calendar months later (earlier if negative), clipped only where the day does not exist: 30 November + 3 is
    28 or 29 February, 28 February + 3 is 28 May. -#}
{% macro add_months(date, n) -%}
    {{ return(adapter.dispatch('add_months')(date, n)) }}
{%- endmacro %}

{% macro default__add_months(date, n) -%}
    cast({{ dbt.dateadd('month', n, date) }} as date)
{%- endmacro %}

{% macro duckdb__add_months(date, n) -%}
    cast({{ date }} + to_months(cast({{ n }} as integer)) as date)
{%- endmacro %}

{% macro spark__add_months(date, n) -%}
    add_months({{ date }}, cast({{ n }} as integer))
{%- endmacro %}


{% macro add_days(date, n) -%}
    {{ return(adapter.dispatch('add_days')(date, n)) }}
{%- endmacro %}

{% macro default__add_days(date, n) -%}
    cast({{ dbt.dateadd('day', n, date) }} as date)
{%- endmacro %}

{% macro duckdb__add_days(date, n) -%}
    ({{ date }} + cast({{ n }} as integer))
{%- endmacro %}

{% macro spark__add_days(date, n) -%}
    date_add({{ date }}, cast({{ n }} as integer))
{%- endmacro %}


{#- Whole days from start_date to end_date; 0 for one and the same day. -#}
{% macro days_between(start_date, end_date) -%}
    {{ return(adapter.dispatch('days_between')(start_date, end_date)) }}
{%- endmacro %}

{% macro default__days_between(start_date, end_date) -%}
    {{ dbt.datediff(start_date, end_date, 'day') }}
{%- endmacro %}

{% macro duckdb__days_between(start_date, end_date) -%}
    date_diff('day', {{ start_date }}, {{ end_date }})
{%- endmacro %}

{% macro spark__days_between(start_date, end_date) -%}
    cast(datediff({{ end_date }}, {{ start_date }}) as bigint)
{%- endmacro %}


{#- The last day of the date's month. -#}
{% macro month_end(date) -%}
    {{ return(adapter.dispatch('month_end')(date)) }}
{%- endmacro %}

{% macro default__month_end(date) -%}
    cast({{ dbt.last_day(date, 'month') }} as date)
{%- endmacro %}

{% macro duckdb__month_end(date) -%}
    last_day({{ date }})
{%- endmacro %}

{% macro spark__month_end(date) -%}
    last_day({{ date }})
{%- endmacro %}


{#- A date constant from ISO text known when the SQL is written: date_literal('2025-03-31'). -#}
{% macro date_literal(iso_date) -%}
    cast('{{ iso_date }}' as date)
{%- endmacro %}


{#- A date from a year expression and a constant month and day. -#}
{% macro date_of(year, month, day) -%}
    {{ return(adapter.dispatch('date_of')(year, month, day)) }}
{%- endmacro %}

{% macro default__date_of(year, month, day) -%}
    make_date({{ year }}, {{ month }}, {{ day }})
{%- endmacro %}
