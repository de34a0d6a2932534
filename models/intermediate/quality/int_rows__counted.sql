-- What became of the rows that ingest could read, by file and table.
with returns as (
    select * from {{ ref('int_rows__counted_in_returns') }}
),

iro_extracts as (
    select * from {{ ref('int_rows__counted_in_iro_extracts') }}
),

crosswalks as (
    select * from {{ ref('int_rows__counted_in_crosswalks') }}
),

final as (
    select * from returns
    union all
    select * from iro_extracts
    union all
    select * from crosswalks
)

select * from final
