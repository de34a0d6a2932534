select * from {{ ref('children_ceased_by_period') }}
