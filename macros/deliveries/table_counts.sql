{#- What became of the rows that ingest could read, by file and table of a dataset. A duplicate says nothing against a
    delivery: a file may lie there twice. A row that says something else under the key of another one may. -#}
{% macro rows_counted(dataset) -%}
    {%- for table in judged_tables_of(dataset) %}
        select
            delivery_id,
            file_name,
            '{{ table.name }}' as table_name,
            count(*) as rows_parsed,
            count(case when failed_rules = '' then 1 end) as rows_accepted,
            count(case when failed_rules <> '' then 1 end) as rows_rejected,
            count(
                case
                    when failed_rules <> '' and failed_rules not like '%duplicate%' then 1
                end
            ) as rows_faulty,
            count(case when failed_rules like 'conflicting_duplicate%' then 1 end) as rows_conflicting
        from {{ ref(table.model ~ '__parsed') }}
        group by
            delivery_id,
            file_name
        {{ 'union all' if not loop.last }}
    {%- endfor %}
{%- endmacro %}


{#- Every known delivery of a dataset with every table of it: rows accepted, faulty and in conflict. Lines that no parser
    could turn into columns are faulty; a line below the table, left out by the authority's mapping or erased is no fault. -#}
{% macro table_counts(dataset, counted) -%}
    (
        select
            known.delivery_id,
            tables.table_name,
            coalesce(counts.rows_accepted, 0) as rows_accepted,
            coalesce(counts.rows_accepted, 0)
            + coalesce(counts.rows_faulty, 0)
            + coalesce(lines.rows_unreadable, 0) as rows_judged,
            coalesce(counts.rows_faulty, 0) + coalesce(lines.rows_unreadable, 0) as rows_faulty,
            coalesce(counts.rows_conflicting, 0) as rows_conflicting,
            coalesce(';' || known.declared_empty || ';' like '%;' || tables.table_name || ';%', false) as is_declared_empty
        from {{ ref('int_deliveries__known') }} as known
        cross join (
            {% for table in judged_tables_of(dataset) -%}
                select '{{ table.name }}' as table_name
                {{- ' union all ' if not loop.last }}
            {% endfor %}
        ) as tables
        left join (
            select
                delivery_id,
                table_name,
                sum(rows_accepted) as rows_accepted,
                sum(rows_faulty) as rows_faulty,
                sum(rows_conflicting) as rows_conflicting
            from {{ counted }}
            group by
                delivery_id,
                table_name
        ) as counts
            on known.delivery_id = counts.delivery_id and tables.table_name = counts.table_name
        left join (
            select
                delivery_id,
                table_name,
                count(*) as rows_unreadable
            from {{ ref('stg_landing__rejected_lines') }}
            where rule_id not in ('erased', 'line_below_table', 'mapped_row_left_out')
            group by
                delivery_id,
                table_name
        ) as lines
            on known.delivery_id = lines.delivery_id and tables.table_name = lines.table_name
        where known.dataset = '{{ dataset }}'
    )
{%- endmacro %}
