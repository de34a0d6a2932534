-- One row per work list and urgency: how many entries the list has.
select
    cast(counts.as_of_on as varchar) as as_of_on,
    counts.list_order,
    counts.work_list,
    counts.urgency_order,
    counts.urgency,
    cast(counts.entries as integer) as entries
from (select 1) as at_least_one_row
left join marts.work_list_counts as counts on true
order by counts.list_order, counts.urgency_order, counts.urgency
