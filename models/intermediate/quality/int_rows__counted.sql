-- What became of the rows that ingest could read, by file and table.
with counted as (
    {% for table in judged_tables() %}
        select
            delivery_id,
            file_name,
            '{{ table.name }}' as table_name,
            count(*) as rows_parsed,
            count(case when failed_rules = '' then 1 end) as rows_accepted,
            count(case when failed_rules <> '' then 1 end) as rows_rejected
        from {{ ref(table.model ~ '__parsed') }}
        group by
            delivery_id,
            file_name
        {{ 'union all' if not loop.last }}
    {% endfor %}
)

select * from counted
