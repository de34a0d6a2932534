/*
  A table of a closed list is complete: wherever a breakdown can be given, each of its categories has a row, zeros
  included, and a metric that can be given has its headline.
  Catches: categories that vanish because nobody is in them, which a reader would take for "not delivered".
*/
with wanted as (
    select
        available.la_code,
        available.period_type,
        available.period_end,
        available.metric_id,
        available.breakdown,
        categories.category
    from {{ ref('int_metrics__available') }} as available
    inner join {{ ref('metric_category_lists') }} as categories
        on
            available.breakdown = categories.breakdown
            and available.variant = categories.variant
            and categories.is_closed
    union all
    select
        available.la_code,
        available.period_type,
        available.period_end,
        available.metric_id,
        'all' as breakdown,
        'all' as category
    from {{ ref('int_metrics__available') }} as available
    inner join {{ ref('metric_catalogue') }} as metrics on available.metric_id = metrics.metric_id
    -- An authority without a population estimate has counts and no rates.
    where available.breakdown = 'all' and metrics.unit <> 'rate_per_10000'
)

select wanted.*
from wanted
left join {{ ref('metric_values') }} as figures
    on
        wanted.la_code = figures.la_code
        and wanted.period_type = figures.period_type
        and wanted.period_end = figures.period_end
        and wanted.metric_id = figures.metric_id
        and wanted.breakdown = figures.breakdown
        and wanted.category = figures.category
where figures.metric_id is null
