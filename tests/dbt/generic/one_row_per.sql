{#- Fails for every combination of the columns that has more than one row: the grain that a description states; and for
    every row in which one of the columns named in never_null is empty. -#}
{% test one_row_per(model, columns, never_null=[]) %}

    select
        {{ columns | join(',\n        ') }}
    from {{ model }}
    group by {{ columns | join(', ') }}
    having count(*) > 1
    {% if never_null -%}
    union all
    select
        {{ columns | join(',\n        ') }}
    from {{ model }}
    where {{ never_null | join(' is null or ') }} is null
    {%- endif %}

{% endtest %}
