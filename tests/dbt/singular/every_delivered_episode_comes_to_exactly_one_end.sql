/*
  Every episode row that any known delivery holds is counted, respite, repaired, superseded or rejected, once. The raw
  rows are counted apart from staging: a row that staging lost would otherwise be missed twice.
  Catches: episodes that vanish between delivery and figures, and rows that a join has doubled.
*/
with known as (
    select
        deliveries.delivery_id,
        deliveries.content_hash
    from {{ ref('int_deliveries__current') }} as deliveries
),

delivered as (
    select
        raw_rows.delivery_id,
        raw_rows.file_name,
        raw_rows.row_number,
        count(*) as delivered_rows
    from {{ source('ssda903', 'episodes') }} as raw_rows
    inner join known
        on raw_rows.delivery_id = known.delivery_id and raw_rows.content_hash = known.content_hash
    group by raw_rows.delivery_id, raw_rows.file_name, raw_rows.row_number
),

fates as (
    select
        delivery_id,
        file_name,
        row_number,
        count(*) as ends,
        max(case when fate = 'lost' then 1 else 0 end) as is_lost
    from {{ ref('int_episodes__fates') }}
    group by delivery_id, file_name, row_number
)

select
    coalesce(delivered.delivery_id, fates.delivery_id) as delivery_id,
    coalesce(delivered.file_name, fates.file_name) as file_name,
    coalesce(delivered.row_number, fates.row_number) as row_number,
    delivered.delivered_rows,
    fates.ends,
    fates.is_lost
from delivered
full outer join fates
    on
        delivered.delivery_id = fates.delivery_id
        and delivered.file_name = fates.file_name
        and delivered.row_number = fates.row_number
where
    delivered.delivered_rows is null
    or fates.ends is null
    or delivered.delivered_rows <> fates.ends
    or fates.is_lost = 1
