{#- The models that judge a table's rows one by one all go the same way, and these macros are what they share:
    `cleaned` takes the delivered rows, `typed` reads them, `ruled` names the rules that each one breaks, `duplicates` are
    the rows that lose to another of their key, and `final` is the verdict.

    Each begins with delivered_columns: every column as delivered, in its order. A column that is to be judged is named
    <column>_text, so that what was delivered stays beside what it is taken for; ids and free text keep their names. -#}


{#- The columns of `cleaned`, of `delivered` rows joined to `deliveries`. Codes and postcodes are those of the columns
    that are such and are not judged. -#}
{% macro cleaned_columns(delivered_columns, codes=[], postcodes=[]) -%}
    deliveries.la_code,
            deliveries.collection_year,
            deliveries.is_latest,
            delivered.delivery_id,
            delivered.file_name,
            delivered.row_number,
            {%- if child_column(delivered_columns) %}
            case
                when renumbered.old_child_id is null then delivered.as_delivered
                else concat_ws(', ', delivered.as_delivered, 'CHILD=' || renumbered.old_child_id)
            end as as_delivered,
            {%- else %}
            delivered.as_delivered,
            {%- endif %}
            {%- for column in delivered_columns %}
            {%- set cleaned = clean_code if column in codes else clean_postcode if column in postcodes else clean_text %}
            {%- set value = cleaned('delivered.' ~ column | replace('_text', '')) %}
            {%- if column == child_column(delivered_columns) %}
            coalesce(renumbered.number_now, {{ value }}) as {{ column }}
            {%- else %}
            {{ value }} as {{ column }}
            {%- endif %}
            {{- ',' if not loop.last }}
            {%- endfor %}
{%- endmacro %}

{#- The join behind `cleaned_columns`: whoever had another number before a change of system has the present one from here
    on, in every delivery and before anything is judged (docs/crosswalk.md). -#}
{% macro join_present_numbers(delivered_columns) -%}
    {%- if child_column(delivered_columns) -%}
        left join {{ ref('stg_crosswalk__children') }} as renumbered
            on
                deliveries.la_code = renumbered.la_code
                and {{ clean_text('delivered.' ~ child_column(delivered_columns)) }} = renumbered.old_child_id
    {%- endif -%}
{%- endmacro %}

{#- `cleaned`: the rows of a source in the deliveries known at the build's date. -#}
{% macro cleaned_rows(delivered, delivered_columns, codes=[], postcodes=[]) -%}
    (
        select
            {{ cleaned_columns(delivered_columns, codes, postcodes) }}
        from {{ delivered }} as delivered
        inner join {{ ref('int_deliveries__known') }} as deliveries
            on
                delivered.delivery_id = deliveries.delivery_id
                and delivered.content_hash = deliveries.content_hash
        {{ join_present_numbers(delivered_columns) }}
    )
{%- endmacro %}


{#- `duplicates`: of rows of one delivery that share a key, one is accepted: the last by `last_by`, then by file and row.
    This gives the others, with the rule that rejects them. Rows rejected already do not compete.
    Repeated keys are found by grouping first, so that the window sees only the handful of rows that repeat.

    key                 the key's columns
    delivered_columns   equal in all of them is a duplicate, else a conflict
    last_by             ordering that puts the row to keep first, for example ['dec desc nulls first'] -#}
{% macro rejected_duplicates(key, delivered_columns, last_by=[]) -%}
    {%- set key_columns = ['delivery_id'] + key -%}
    {%- set content = 'upper(' ~ row_content(delivered_columns) ~ ')' -%}
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
                ruled.delivery_id,
                ruled.file_name,
                ruled.row_number,
                {{ content }} as content,
                first_value({{ content }}) over kept_first as kept_content,
                row_number() over kept_first as place_in_line
            from ruled
            inner join (
                select
                    {{ key_columns | join(',\n                    ') }}
                from ruled
                where failed_rules = ''
                group by
                    {{ key_columns | join(',\n                    ') }}
                having count(*) > 1
            ) as repeated
                on {% for column in key_columns %}ruled.{{ column }} = repeated.{{ column }}{{ '\n                and ' if not loop.last }}{% endfor %}
            where ruled.failed_rules = ''
            window kept_first as (
                partition by {% for column in key_columns %}ruled.{{ column }}{{ ', ' if not loop.last }}{% endfor %}
                order by {% for item in last_by %}ruled.{{ item }}, {% endfor %}ruled.file_name desc, ruled.row_number desc
            )
        ) as contenders
        where place_in_line > 1
    )
{%- endmacro %}


{#- A delivered row as one line, 'CHILD=7; DECOM=01/04/2024', blanks left out, as it is read; what was delivered otherwise
    is added where a person is to find it again. It identifies a child: restricted only. -#}
{% macro row_content(delivered_columns) -%}
    {%- set values = [] -%}
    {%- for column in delivered_columns -%}
        {%- do values.append("'" ~ (column | replace('_text', '') | upper) ~ "=' || ruled." ~ column) -%}
    {%- endfor -%}
    concat_ws('; ', {{ values | join(', ') }})
{%- endmacro %}


{#- `final`: the rows of `ruled`, less what only the rules needed, with the verdict on duplicates. -#}
{% macro judged_rows(columns, delivered_columns) -%}
    (
        select
            ruled.la_code,
            ruled.collection_year,
            ruled.delivery_id,
            ruled.file_name,
            ruled.row_number,
            {%- for column in columns %}
            ruled.{{ column }},
            {%- endfor %}
            ruled.is_latest,
            coalesce(duplicates.duplicate_rule, ruled.failed_rules) as failed_rules,
            ruled.repair_rules,
            case
                when duplicates.duplicate_rule is not null or ruled.failed_rules <> '' or ruled.repair_rules <> ''
                    then concat_ws('; as delivered: ', {{ row_content(delivered_columns) }}, ruled.as_delivered)
            end as raw_content
        from ruled
        left join duplicates
            on
                ruled.delivery_id = duplicates.delivery_id
                and ruled.file_name = duplicates.file_name
                and ruled.row_number = duplicates.row_number
    )
{%- endmacro %}


{#- Whether a judged row is accepted: no rule rejects it, and its delivery is the one in force. -#}
{% macro is_accepted(deliveries_in_force) -%}
    failed_rules = ''
    and delivery_id in (
        select deliveries.delivery_id
        from {{ deliveries_in_force }} as deliveries
        where deliveries.is_current
    )
{%- endmacro %}
