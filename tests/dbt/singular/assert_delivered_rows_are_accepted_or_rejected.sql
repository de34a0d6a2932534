/*
  Nothing is lost: for every file and table, rows delivered = rows accepted + rows rejected.
  Catches: rows lost or doubled by a join in staging, and a file whose rows never reached the raw layer.
*/
select
    delivery_id,
    file_name,
    table_name,
    rows_delivered,
    rows_accepted,
    rows_rejected
from {{ ref('delivery_audit') }}
where
    rows_delivered <> rows_accepted + rows_rejected
    or rows_repaired > rows_accepted
    or rows_superseded > rows_accepted
