/*
  What a figure is broken down by is a category of the list, in the spelling of the list. Open lists without categories
  of their own (officers, events, reasons) are not tested.
  Catches: a code list's group that is spelt otherwise than its category, and a label made up in a model.
*/
with listed as (
    select distinct
        breakdown,
        category
    from {{ ref('metric_category_lists') }}
),

published as (
    select distinct
        metric_id,
        breakdown,
        category
    from {{ ref('metric_values') }}
    where breakdown in (select listed.breakdown from listed)
)

select published.*
from published
left join listed on published.breakdown = listed.breakdown and published.category = listed.category
where listed.category is null
