-- One row per delivery, with what became of its rows.
select
    totals.delivery_id,
    totals.dataset,
    cast(totals.collection_year as integer) as collection_year,
    cast(totals.extracted_on as varchar) as extracted_on,
    totals.status,
    totals.is_current,
    totals.delivery_status,
    totals.held_because,
    cast(totals.rows_delivered as integer) as rows_delivered,
    cast(totals.rows_accepted as integer) as rows_accepted,
    cast(totals.rows_rejected as integer) as rows_rejected,
    cast(totals.rows_repaired as integer) as rows_repaired
from (select 1) as at_least_one_row
left join marts.delivery_totals as totals on true
order by totals.collection_year desc, totals.dataset, totals.extracted_on desc
