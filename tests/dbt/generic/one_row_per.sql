{#- Fails for every combination of the columns that has more than one row: the grain that a description states. -#}
{% test one_row_per(model, columns) %}

    select
        {{ columns | join(',\n        ') }},
        count(*) as row_count
    from {{ model }}
    group by {{ columns | join(', ') }}
    having count(*) > 1

{% endtest %}
