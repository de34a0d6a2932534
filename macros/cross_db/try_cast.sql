{#- Casts that give null instead of an error. Each expects trimmed text. -#}

{#- A date from dd/mm/yyyy or yyyy-mm-dd text, one-digit days and months allowed, a time of day after an ISO date
    ignored. A date that is not in the calendar, a year of fewer than four digits or anything else is null. -#}
{% macro try_date(text) -%}
    {{ return(adapter.dispatch('try_date')(text)) }}
{%- endmacro %}

{% macro default__try_date(text) -%}
    {{ exceptions.raise_compiler_error("try_date is not written for " ~ target.type ~ " yet: add it to macros/cross_db/try_cast.sql") }}
{%- endmacro %}

{#- DuckDB also reads the words 'epoch' and 'infinity' as dates, hence the test of the first character. -#}
{% macro duckdb__try_date(text) -%}
    case
        when left({{ text }}, 1) between '0' and '9'
            then nullif(
                greatest(
                    cast(try_strptime({{ text }}, ['%d/%m/%Y', '%Y-%m-%d', '%Y-%m-%d %H:%M:%S', '%Y-%m-%dT%H:%M:%S']) as date),
                    date '0999-12-31'
                ),
                date '0999-12-31'
            )
    end
{%- endmacro %}

{#- Spark's parser is lenient about the length of the year; the pattern is what holds it to four digits. -#}
{% macro spark__try_date(text) -%}
    case
        when {{ text }} rlike '^[0-9]{1,2}/[0-9]{1,2}/[1-9][0-9]{3}$'
            then cast(try_to_timestamp({{ text }}, 'd/M/yyyy') as date)
        when {{ text }} rlike '^[1-9][0-9]{3}-[0-9]{1,2}-[0-9]{1,2}([ T][0-9]{1,2}:[0-9]{2}:[0-9]{2})?$'
            then cast(try_to_timestamp(substring_index(substring_index({{ text }}, ' ', 1), 'T', 1), 'yyyy-M-d') as date)
    end
{%- endmacro %}


{#- A whole number from text; '12.0', as spreadsheets write it, is 12, and '12.5' is null rather than 13. -#}
{% macro try_integer(text) -%}
    {{ return(adapter.dispatch('try_integer')(text)) }}
{%- endmacro %}

{% macro default__try_integer(text) -%}
    case
        when try_cast({{ text }} as decimal(18, 6)) = try_cast(try_cast({{ text }} as decimal(18, 6)) as integer)
            then try_cast(try_cast({{ text }} as decimal(18, 6)) as integer)
    end
{%- endmacro %}


{% macro try_decimal(text, precision=18, scale=6) -%}
    {{ return(adapter.dispatch('try_decimal')(text, precision, scale)) }}
{%- endmacro %}

{% macro default__try_decimal(text, precision, scale) -%}
    try_cast({{ text }} as decimal({{ precision }}, {{ scale }}))
{%- endmacro %}
