select * from {{ ref('children_looked_after_by_period') }}
