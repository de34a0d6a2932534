{#- The columns in which every rule of models/intermediate/quality names the record that breaks it.

    rule_id      the rule of the seed quality_rules, whose sentence is what the reader sees
    table_name   the table of the return that the record is, or should be, a row of
    concerns_on  SQL of the day the record is about, or none; never a date of birth
    column_name  the column at fault, for the sentence's {column}
    of           the CTE whose row is the record, where a join makes it ambiguous
    table_from   instead of table_name, a column that holds it
    column_from  instead of column_name, a column that holds it
    has_child    false where the record is no child's
    has_row      false where no one delivered row is at fault: it is missing, or there are several

    The record has la_code, collection_year, child, file_name and row_number. -#}
{% macro quality_issue(
    rule_id, table_name=none, concerns_on=none, column_name=none, of=none, table_from=none, column_from=none,
    has_child=true, has_row=true
) -%}
{%- set prefix = of ~ '.' if of else '' -%}
'{{ rule_id }}' as rule_id,
        {{ prefix }}la_code,
        {{ prefix }}collection_year,
        {{ table_from or "'" ~ table_name ~ "'" }} as table_name,
        {{ prefix ~ 'child' if has_child else 'cast(null as string)' }} as child,
        {{ concerns_on or 'cast(null as date)' }} as concerns_on,
        {{ column_from or ("'" ~ column_name ~ "'" if column_name else 'cast(null as string)') }} as column_name,
        {{ prefix ~ 'file_name' if has_row else 'cast(null as string)' }} as file_name,
        {{ prefix ~ 'row_number' if has_row else 'cast(null as bigint)' }} as row_number
{%- endmacro %}


{#- All rows of several CTEs with the same columns. -#}
{% macro all_rows_of(ctes) -%}
    {%- for cte in ctes -%}
    select * from {{ cte }}
    {%- if not loop.last %}
    union all
    {% endif -%}
    {%- endfor -%}
{%- endmacro %}


{#- The tables of a return that repeat the child's date of birth, which is every table but Header and Episodes. -#}
{% macro tables_with_date_of_birth() -%}
    {{ return([
        'uasc', 'reviews', 'oc2', 'oc3', 'ad1', 'placed_adoption', 'prev_perm', 'missing', 'sw_episodes', 'dolo'
    ]) }}
{%- endmacro %}
