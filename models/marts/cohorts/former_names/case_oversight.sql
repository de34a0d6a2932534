select * from {{ ref('case_oversight_by_period') }}
