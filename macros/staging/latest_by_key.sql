{#- Of rows that several collection years deliver under one key, the latest year's (definitions 11.1). The rows are
    those of a CTE of accepted rows, in which one year has a key once. -#}
{% macro latest_by_key(rows, key) -%}
    (
        select *
        from (
            select
                {{ rows }}.*,
                row_number() over (
                    partition by la_code, {{ key | join(', ') }} order by collection_year desc
                ) as recency
            from {{ rows }}
        ) as ranked
        where recency = 1
    )
{%- endmacro %}
