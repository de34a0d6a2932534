/*
  All comparators of one figure name one release and one year, not after the period, and stand in comparator_values just
  so.
  Catches: two vintages in one figure, a comparator of the years to come, a default that is no choice.
*/
with comparison as (
    select * from {{ ref('metric_comparison') }}
),

choices as (
    select * from {{ ref('comparator_values') }}
),

mixed as (
    select
        la_code,
        period_type,
        period_end,
        metric_id,
        breakdown,
        count(distinct release || ' ' || cast(comparator_collection_year as string)) as vintages,
        max(comparator_collection_year) as comparator_collection_year
    from comparison
    group by
        la_code,
        period_type,
        period_end,
        metric_id,
        breakdown
    having
        count(distinct release || ' ' || cast(comparator_collection_year as string)) > 1
        or max(comparator_collection_year) > {{ collection_year_of('period_end') }}
),

not_a_choice as (
    select comparison.*
    from comparison
    left join choices
        on
            comparison.la_code = choices.la_code
            and comparison.release = choices.release
            and comparison.comparator_collection_year = choices.collection_year
            and comparison.metric_id = choices.metric_id
            and comparison.breakdown = choices.breakdown
            and comparison.category = choices.category
            and comparison.comparator = choices.comparator
            and coalesce(comparison.neighbour_model, '') = coalesce(choices.neighbour_model, '')
            and coalesce(comparison.method, '') = coalesce(choices.method, '')
            and comparison.comparator_display = choices.comparator_display
    where choices.la_code is null
)

select
    la_code,
    period_type,
    period_end,
    metric_id,
    breakdown
from mixed
union all
select
    la_code,
    period_type,
    period_end,
    metric_id,
    breakdown
from not_a_choice
