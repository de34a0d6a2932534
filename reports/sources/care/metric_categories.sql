-- One row per breakdown, variant and category.
select
    categories.breakdown,
    names.breakdown_name,
    categories.variant,
    categories.category,
    names.category_name,
    cast(categories.sort_order as integer) as sort_order,
    categories.is_closed,
    categories.dfe_label
from (select 1) as at_least_one_row
left join marts.metric_categories as categories on true
left join site.categories as names
    on categories.breakdown = names.breakdown and categories.category = names.category
order by categories.breakdown, categories.variant, categories.sort_order, categories.category
