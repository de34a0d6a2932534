select * from {{ ref('children_started_by_period') }}
