{#- Fails for every row in which one of the columns is empty: one test for all the columns of a key. -#}
{% test never_null(model, columns) %}

    select
        {{ columns | join(',\n        ') }}
    from {{ model }}
    where
        {% for column in columns -%}
        {{ column }} is null{{ ' or' if not loop.last }}
        {% endfor %}

{% endtest %}
