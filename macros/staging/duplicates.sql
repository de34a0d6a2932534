{#- Of rows of one delivery that share a key, one is accepted: the last by `last_by`, then by file and row. This gives the
    others, with the rule that rejects them. Rows rejected already do not compete.
    Repeated keys are found by grouping first, so that the window sees only the handful of rows that repeat.

    rows       the CTE that holds failed_rules and the columns named below
    key        the key's columns
    values     every delivered column, as text: equal in all of them is a duplicate, else a conflict
    last_by    ordering that puts the row to keep first, for example ['dec desc nulls first'] -#}
{% macro rejected_duplicates(rows, key, values, last_by=[]) -%}
    {%- set key_columns = ['delivery_id'] + key -%}
    {%- set content = 'upper(' ~ row_content(rows, values) ~ ')' -%}
    (
        select
            delivery_id,
            file_name,
            row_number,
            case
                when content = kept_content then 'duplicate_row:{{ key[-1] }}'
                else 'conflicting_duplicate:{{ key[-1] }}'
            end as duplicate_rule
        from (
            select
                {{ rows }}.delivery_id,
                {{ rows }}.file_name,
                {{ rows }}.row_number,
                {{ content }} as content,
                first_value({{ content }}) over kept_first as kept_content,
                row_number() over kept_first as place_in_line
            from {{ rows }}
            inner join (
                select
                    {{ key_columns | join(',\n                    ') }}
                from {{ rows }}
                where failed_rules = ''
                group by
                    {{ key_columns | join(',\n                    ') }}
                having count(*) > 1
            ) as repeated
                on {% for column in key_columns %}{{ rows }}.{{ column }} = repeated.{{ column }}{{ '\n                and ' if not loop.last }}{% endfor %}
            where {{ rows }}.failed_rules = ''
            window kept_first as (
                partition by {% for column in key_columns %}{{ rows }}.{{ column }}{{ ', ' if not loop.last }}{% endfor %}
                order by {% for item in last_by %}{{ rows }}.{{ item }}, {% endfor %}{{ rows }}.file_name desc, {{ rows }}.row_number desc
            )
        ) as contenders
        where place_in_line > 1
    )
{%- endmacro %}


{#- A delivered row as one line, 'CHILD=7; DECOM=01/04/2024', blanks left out. It identifies a child: restricted only. -#}
{% macro row_content(rows, columns) -%}
    {%- set values = [] -%}
    {%- for column in columns -%}
        {%- do values.append("'" ~ (column | replace('_text', '') | upper) ~ "=' || " ~ rows ~ "." ~ column) -%}
    {%- endfor -%}
    concat_ws('; ', {{ values | join(', ') }})
{%- endmacro %}
