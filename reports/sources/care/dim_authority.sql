-- One row: the authority, as it was last known.
select
    authorities.la_code,
    authorities.ons_code,
    authorities.la_name,
    authorities.region_code,
    authorities.region_name,
    authorities.is_synthetic
from (select 1) as at_least_one_row
left join marts.dim_authority as authorities on authorities.has_delivered
order by authorities.valid_from desc nulls last
limit 1
