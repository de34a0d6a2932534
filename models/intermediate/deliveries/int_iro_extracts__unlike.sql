-- What speaks against an extract beside an earlier one, for every pair of them.
with tables as (
    select * from {{ ref('int_iro_extracts__tables') }}
),

bounds as {{ bounds_of('iro') }},

pairs as {{ pairs_of('iro') }},

final as {{ tables_gone('tables', 'pairs', 'bounds') }}

select * from final
