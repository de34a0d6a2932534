-- One row per financial year that has figures.
select
    periods.period_type,
    cast(extract(year from periods.period_end) as integer) as year,
    cast(periods.period_start as varchar) as period_start,
    cast(periods.period_end as varchar) as period_end,
    cast(periods.first_collection_year as integer) as first_collection_year,
    cast(periods.last_collection_year as integer) as last_collection_year,
    periods.status,
    cast(periods.as_known_at as varchar) as as_known_at,
    periods.is_synthetic
from (select 1) as at_least_one_row
left join marts.dim_period as periods on periods.period_type = 'financial_year'
order by periods.period_end
