select * from {{ ref('children_looked_after_in_year_by_period') }}
