-- Nothing is lost: rows delivered = rows accepted + rows rejected, for every file. A file rejected as a whole has all
-- its rows rejected.
with files as (
    select * from {{ ref('stg_landing__files') }}
    where is_loaded
),

deliveries as (
    select * from {{ ref('int_deliveries__current') }}
),

row_counts as (
    select * from {{ ref('int_rows__counted') }}
),

superseded as (
    select * from {{ ref('int_rows__superseded') }}
),

repaired as (
    select
        delivery_id,
        file_name,
        table_name,
        count(distinct row_number) as rows_repaired
    from {{ ref('repaired_records') }}
    group by
        delivery_id,
        file_name,
        table_name
),

-- A workbook may hold two sheets of one table.
delivered as (
    select
        delivery_id,
        file_name,
        table_name,
        sum(rows_delivered) as rows_delivered,
        sum(case when is_rejected then 0 else rows_parsed end) as rows_parsed,
        sum(case when is_rejected then rows_delivered else rows_unparsed end) as rows_unreadable
    from files
    group by
        delivery_id,
        file_name,
        table_name
),

final as (
    select
        deliveries.delivery_id,
        deliveries.la_code,
        deliveries.dataset,
        deliveries.collection_year,
        deliveries.extracted_on,
        delivered.file_name,
        delivered.table_name,
        cast(delivered.rows_delivered as bigint) as rows_delivered,
        cast(coalesce(row_counts.rows_accepted, delivered.rows_parsed) as bigint) as rows_accepted,
        cast(delivered.rows_unreadable + coalesce(row_counts.rows_rejected, 0) as bigint) as rows_rejected,
        cast(coalesce(repaired.rows_repaired, 0) as bigint) as rows_repaired,
        cast(coalesce(superseded.rows_superseded, 0) as bigint) as rows_superseded,
        deliveries.delivery_status,
        deliveries.held_because,
        deliveries.accepted_by,
        deliveries.accepted_on,
        deliveries.accepted_because
    from delivered
    inner join deliveries on delivered.delivery_id = deliveries.delivery_id
    left join row_counts
        on
            delivered.delivery_id = row_counts.delivery_id
            and delivered.file_name = row_counts.file_name
            and delivered.table_name = row_counts.table_name
    left join superseded
        on
            delivered.delivery_id = superseded.delivery_id
            and delivered.file_name = superseded.file_name
            and delivered.table_name = superseded.table_name
    left join repaired
        on
            delivered.delivery_id = repaired.delivery_id
            and delivered.file_name = repaired.file_name
            and delivered.table_name = repaired.table_name
)

select * from final
