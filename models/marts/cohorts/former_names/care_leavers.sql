select * from {{ ref('care_leavers_by_period') }}
