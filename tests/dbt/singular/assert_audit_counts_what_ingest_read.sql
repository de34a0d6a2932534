/*
  The audit's counts come from staging, ingest's from the files: both must name the same rows.
  Catches: raw rows without a file record, file records whose rows are missing, and the rows of a superseded load.
*/
with files as (
    select
        files.delivery_id,
        files.file_name,
        files.table_name,
        sum(files.rows_delivered) as rows_delivered,
        sum(case when files.is_rejected then 0 else files.rows_parsed end) as rows_parsed
    from {{ ref('stg_landing__files') }} as files
    inner join {{ ref('int_deliveries__current') }} as deliveries on files.delivery_id = deliveries.delivery_id
    where files.is_loaded
    group by files.delivery_id, files.file_name, files.table_name
),

parsed as (
    select * from {{ ref('int_rows__counted') }}
),

audit as (
    select * from {{ ref('delivery_audit') }}
)

select
    coalesce(files.delivery_id, parsed.delivery_id) as delivery_id,
    coalesce(files.file_name, parsed.file_name) as file_name,
    coalesce(files.table_name, parsed.table_name) as table_name,
    files.rows_delivered,
    audit.rows_delivered as rows_audited,
    files.rows_parsed,
    parsed.rows_parsed as rows_staged
from files
full outer join parsed
    on
        files.delivery_id = parsed.delivery_id
        and files.file_name = parsed.file_name
        and files.table_name = parsed.table_name
left join audit
    on
        files.delivery_id = audit.delivery_id
        and files.file_name = audit.file_name
        and files.table_name is not distinct from audit.table_name
where
    files.rows_delivered is distinct from audit.rows_delivered
    or coalesce(files.rows_parsed, 0) <> coalesce(parsed.rows_parsed, 0)
    or files.delivery_id is null
