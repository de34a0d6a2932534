-- Only what the delivery's own record vouches for: another fingerprint is the leftover of an interrupted load.
-- Files that ingest did not load at all (misplaced, or still being written) have none and stay, to be reported.
with files as (
    select * from {{ source('landing', 'files') }}
),

deliveries as (
    select * from {{ ref('stg_landing__deliveries') }}
),

final as (
    select
        files.delivery_id,
        files.file_name,
        files.table_name,
        files.format as file_format,
        files.encoding,
        files.content_hash is not null as is_loaded,
        files.is_rejected,
        files.rule_id,
        files.message,
        files.unknown_columns,
        coalesce(files.rows_delivered, 0) as rows_delivered,
        coalesce(files.rows_parsed, 0) as rows_parsed,
        coalesce(files.rows_unparsed, 0) as rows_unparsed
    from files
    left join deliveries
        on
            files.delivery_id = deliveries.delivery_id
            and files.content_hash = deliveries.content_hash
    where files.content_hash is null or deliveries.delivery_id is not null
)

select * from final
