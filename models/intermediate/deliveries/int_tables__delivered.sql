-- A headers-only file counts as delivered: that is how "none" differs from "not told".
with files as (
    select * from {{ ref('stg_landing__files') }}
),

years as (
    select * from {{ ref('int_collection_years__delivered') }}
),

final as (
    select distinct
        years.la_code,
        years.collection_year,
        files.table_name
    from years
    inner join files on years.delivery_id = files.delivery_id
    where files.table_name is not null and not files.is_rejected
)

select * from final
