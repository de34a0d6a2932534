-- The tables beside metric_values: a figure that is c there, or a part of the other categories together, has no number
-- in any of them.
{{ config(group='disclosure') }}
with hidden as (
    select * from {{ ref('suppression_judged') }}
    where is_hidden and breakdown <> 'month'
),

own_lines as (
    select *
    from {{ ref('public_metric_trends') }}
    where series_name = 'Own figure'
),

shown as (
    select
        la_code,
        {{ collection_year_of('period_end') }} as collection_year,
        metric_id,
        breakdown,
        category,
        coalesce(value, change, relative_change_percent, value_low, value_high) as number_shown
    from {{ ref('public_metric_changes') }}
    union all
    select
        la_code,
        {{ collection_year_of('period_end') }} as collection_year,
        metric_id,
        breakdown,
        category,
        coalesce(
            value, change, relative_change_percent, value_low, value_high, difference,
            case when position is not null or significant is not null then 1.0 end
        ) as number_shown
    from {{ ref('public_metric_comparison') }}
    union all
    select
        la_code,
        collection_year,
        metric_id,
        breakdown,
        category,
        value as number_shown
    from own_lines
    union all
    -- A year's figure stands beside the next year's as the previous one.
    select
        la_code,
        {{ collection_year_of('period_end') }} - 1 as collection_year,
        metric_id,
        breakdown,
        category,
        coalesce(previous_value, change) as number_shown
    from {{ ref('public_metric_changes') }}
)

select shown.*
from hidden
inner join shown
    on
        hidden.la_code = shown.la_code
        and {{ collection_year_of('hidden.period_end') }} = shown.collection_year
        and hidden.metric_id = shown.metric_id
        and hidden.breakdown = shown.breakdown
        and hidden.category = shown.category
where shown.number_shown is not null
