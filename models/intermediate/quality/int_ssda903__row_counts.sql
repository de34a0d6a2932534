-- What became of the rows that ingest could read, by file and table.
with counted as (
    {% for table in ssda903_tables() %}
        select
            delivery_id,
            file_name,
            '{{ table }}' as table_name,
            count(*) as rows_parsed,
            count(case when failed_rules = '' then 1 end) as rows_accepted,
            count(case when failed_rules <> '' then 1 end) as rows_rejected
        from {{ ref('stg_ssda903__' ~ table ~ '__parsed') }}
        group by
            delivery_id,
            file_name
        {{ 'union all' if not loop.last }}
    {% endfor %}
)

select * from counted
