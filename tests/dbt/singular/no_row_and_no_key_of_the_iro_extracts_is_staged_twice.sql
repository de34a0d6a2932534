/*
  Staging keeps every delivered row once, and of the accepted ones each key once: rows that repeat a key within a
  delivery are rejected, those of earlier collection years give way.
  Catches: a join in staging that doubles rows, and a key that the ranking of years leaves out.
*/
with repeated as (
    {% for table, key in iro_tables().items() %}
        select
            '{{ table }}' as table_name,
            'row' as repeated_thing,
            count(*) as times
        from {{ ref('stg_iro__' ~ table ~ '__parsed') }}
        group by delivery_id, file_name, row_number
        having count(*) > 1
        union all
        select
            '{{ table }}' as table_name,
            'key' as repeated_thing,
            count(*) as times
        from {{ ref('stg_iro__' ~ table) }}
        group by la_code, {{ key | join(', ') }}
        having count(*) > 1
        {{ 'union all' if not loop.last }}
    {% endfor %}
)

select * from repeated
