-- Accepted rows that a later delivery of the same year, or a later collection year, replaced (definitions 11.1).
with outdated_deliveries as (
    select delivery_id
    from {{ ref('int_deliveries__current') }}
    where not is_current
),

outdated as (
    select
        counts.delivery_id,
        counts.file_name,
        counts.table_name,
        counts.rows_accepted as rows_superseded
    from {{ ref('int_rows__counted') }} as counts
    inner join outdated_deliveries on counts.delivery_id = outdated_deliveries.delivery_id
),

episodes as (
    select
        fates.delivery_id,
        fates.file_name,
        'episodes' as table_name,
        count(*) as rows_superseded
    from {{ ref('int_episodes__fates') }} as fates
    left join outdated_deliveries on fates.delivery_id = outdated_deliveries.delivery_id
    where fates.fate = 'superseded' and outdated_deliveries.delivery_id is null
    group by
        fates.delivery_id,
        fates.file_name
),

repeated as (
    {% for table in repeated_tables() %}
        select
            delivery_id,
            file_name,
            '{{ table.name }}' as table_name,
            collection_year,
            max(collection_year) over (partition by la_code, {{ table.key | join(', ') }}) as last_collection_year
        from {{ ref(table.model ~ '__parsed') }}
        where {{ is_accepted(ref('int_deliveries__current')) }}
        {{ 'union all' if not loop.last }}
    {% endfor %}
),

other_tables as (
    select
        delivery_id,
        file_name,
        table_name,
        count(*) as rows_superseded
    from repeated
    where collection_year < last_collection_year
    group by
        delivery_id,
        file_name,
        table_name
),

final as (
    select * from outdated
    union all
    select * from episodes
    union all
    select * from other_tables
)

select * from final
