select * from {{ ref('iro_caseloads_by_period') }}
