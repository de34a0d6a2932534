-- One row per headline figure, in the order in which they are shown.
select
    headlines.place,
    headlines.metric_id,
    headlines.breakdown,
    headlines.category,
    headlines.name,
    headlines.means
from (select 1) as at_least_one_row
left join marts.metric_headlines as headlines on true
order by headlines.place
