-- What became of the rows that ingest could read, by file and table.
with returns as (
    select * from {{ ref('int_rows__counted_in_returns') }}
),

iro_extracts as (
    select * from {{ ref('int_rows__counted_in_iro_extracts') }}
),

final as (
    select * from returns
    union all
    select * from iro_extracts
)

select * from final
