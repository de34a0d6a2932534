-- One row per metric, breakdown, category, year and group in which the authority has a place by DfE's figures.
select
    ranks.metric_id,
    ranks.breakdown,
    ranks.category,
    cast(ranks.collection_year as integer) as collection_year,
    ranks.release,
    ranks.ranked_among,
    ranks.neighbour_model,
    ranks.display_value,
    ranks.first_is,
    cast(ranks.rank as integer) as rank,
    cast(ranks.quartile as integer) as quartile,
    cast(ranks.authorities_counted as integer) as authorities_counted,
    cast(ranks.authorities_left_out as integer) as authorities_left_out
from (select 1) as at_least_one_row
left join marts.metric_ranks as ranks on true
order by ranks.metric_id, ranks.breakdown, ranks.category, ranks.collection_year, ranks.ranked_among, ranks.neighbour_model
