-- Every known delivery with the verdict on it: in force, superseded by a later one of its year, held, or not used.
with returns as (
    select * from {{ ref('int_returns__current') }}
),

iro_extracts as (
    select * from {{ ref('int_iro_extracts__current') }}
),

crosswalks as (
    select * from {{ ref('int_crosswalks__current') }}
),

final as (
    select * from returns
    union all
    select * from iro_extracts
    union all
    select * from crosswalks
)

select * from final
