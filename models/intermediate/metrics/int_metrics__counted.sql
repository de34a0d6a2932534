-- Every figure that can be given, the zeros of closed categories included; shares and rates are drawn from these.
with available as (
    select * from {{ ref('int_metrics__available') }}
),

categories as (
    select * from {{ ref('metric_category_lists') }}
),

measured as (
    {% for section in [
        'population', 'placement', 'stability', 'entering', 'leaving', 'permanence', 'permanence_plans', 'outcomes',
        'care_leavers', 'reviews', 'participation', 'iro_service', 'disputes', 'quality'
    ] %}
        select * from {{ ref('int_metrics__' ~ section) }}
        {{ 'union all' if not loop.last }}
    {% endfor %}
),

scaffold as (
    select
        available.la_code,
        available.period_type,
        available.period_start,
        available.period_end,
        available.metric_id,
        available.breakdown,
        coalesce(categories.category, 'all') as category
    from available
    left join categories
        on
            available.breakdown = categories.breakdown
            and available.variant = categories.variant
            and categories.is_closed
    where available.breakdown = 'all' or categories.category is not null
),

-- Of open lists the categories that occur.
occurring as (
    select
        measured.la_code,
        measured.period_type,
        measured.period_start,
        measured.period_end,
        measured.metric_id,
        measured.breakdown,
        measured.category
    from measured
    inner join available
        on
            measured.la_code = available.la_code
            and measured.period_type = available.period_type
            and measured.period_end = available.period_end
            and measured.metric_id = available.metric_id
            and measured.breakdown = available.breakdown
),

wanted as (
    select * from scaffold
    union
    select * from occurring
),

catalogue as (
    select * from {{ ref('metric_definitions') }}
),

final as (
    select
        wanted.la_code,
        wanted.period_type,
        wanted.period_start,
        wanted.period_end,
        wanted.metric_id,
        wanted.breakdown,
        wanted.category,
        catalogue.unit,
        case when catalogue.unit <> 'median_months' then coalesce(measured.numerator, 0) end as numerator,
        -- A plain count has no denominator; a quotient of nothing has the denominator 0.
        case
            when catalogue.unit in ('percent', 'mean', 'median_months', 'rate_per_10000')
                then coalesce(measured.denominator, 0)
        end as denominator,
        measured.value_given,
        measured.undetermined
    from wanted
    inner join catalogue on wanted.metric_id = catalogue.metric_id
    left join measured
        on
            wanted.la_code = measured.la_code
            and wanted.period_type = measured.period_type
            and wanted.period_end = measured.period_end
            and wanted.metric_id = measured.metric_id
            and wanted.breakdown = measured.breakdown
            and wanted.category = measured.category
    -- Shares and rates are drawn from these counts in int_metrics__derived.
    where catalogue.metric_id not like '%^_share' escape '^' and catalogue.unit <> 'rate_per_10000'
)

select * from final
