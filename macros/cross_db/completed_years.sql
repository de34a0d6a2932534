{#- Age in completed years. Month and day are compared as one number, so that a child born on 29 February turns a
    year older on 1 March in common years (definitions 11.4); engines' own functions say 28 February, or count
    changes of calendar year. -#}
{% macro completed_years(birth, on_date) -%}
    {{ return(adapter.dispatch('completed_years')(birth, on_date)) }}
{%- endmacro %}

{% macro default__completed_years(birth, on_date) -%}
    cast(
        extract(year from {{ on_date }}) - extract(year from {{ birth }})
        - case
            when
                extract(month from {{ on_date }}) * 100 + extract(day from {{ on_date }})
                < extract(month from {{ birth }}) * 100 + extract(day from {{ birth }})
                then 1
            else 0
        end
        as integer
    )
{%- endmacro %}
