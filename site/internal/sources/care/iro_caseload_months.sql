-- One row per month and officer: how many children the officer had at its end.
select
    cast(months.month_end as varchar) as month_ends_on,
    months.officer,
    categories.category_position as officer_position,
    cast(months.children as integer) as children,
    months.full_time_equivalent,
    months.is_within_handbook
from (select 1) as at_least_one_row
left join marts.iro_caseload_months as months on months.officer <> 'all'
left join site.categories as categories on categories.breakdown = 'iro' and months.officer = categories.category
order by months.month_end, categories.category_position, months.officer
