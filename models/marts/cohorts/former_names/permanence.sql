select * from {{ ref('permanence_by_period') }}
