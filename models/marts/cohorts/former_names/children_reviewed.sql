select * from {{ ref('children_reviewed_by_period') }}
