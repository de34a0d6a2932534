-- What speaks against an extract beside an earlier one, for every pair of them.
with tables as (
    select * from {{ ref('int_iro_extracts__tables') }}
),

bounds as {{ bounds_of('iro') }},

pairs as {{ pairs_of('iro') }},

tables_gone as {{ tables_gone('tables', 'pairs', 'bounds') }},

tables_shrunk as {{ tables_shrunk('tables', 'pairs', 'bounds') }},

final as (
    select * from tables_gone
    union all
    select * from tables_shrunk
)

select * from final
