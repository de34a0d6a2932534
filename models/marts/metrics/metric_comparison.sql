-- Every figure beside its comparators. All comparators of one figure come from one release and one of its years, so
-- that no two vintages meet in it. Which release, neighbour model and method are the default is set in dbt_project.yml;
-- comparator_values has them all.
with changes as (
    select * from {{ ref('metric_changes') }}
),

comparators as (
    select * from {{ ref('comparator_values') }}
    where
        (neighbour_model is null or neighbour_model = '{{ var("neighbour_model") }}')
        and (method is null or method = '{{ var("comparator_method") }}')
        {%- if var("comparator_release") %}
            and release = '{{ var("comparator_release") }}'
        {%- endif %}
),

definitions as (
    select * from {{ ref('metric_definitions') }}
),

figures as (
    select
        *,
        {{ collection_year_of('period_end') }} as collection_year
    from changes
),

years as (
    select distinct
        la_code,
        collection_year
    from figures
),

editions as (
    select
        la_code,
        metric_id,
        breakdown,
        release,
        collection_year,
        is_printed,
        max(case when comparator = 'England' then 0 else 1 end) as reaches_beyond_england
    from comparators
    group by
        la_code,
        metric_id,
        breakdown,
        release,
        collection_year,
        is_printed
),

-- The latest published year not after the period, of the latest release that has it. A release of which only a national
-- file was landed does not displace one that has neighbours and region.
ranked as (
    select
        editions.la_code,
        editions.metric_id,
        editions.breakdown,
        editions.release,
        editions.collection_year,
        years.collection_year as period_collection_year,
        row_number() over (
            partition by editions.la_code, editions.metric_id, editions.breakdown, years.collection_year
            order by
                editions.reaches_beyond_england desc,
                editions.collection_year desc,
                case when editions.is_printed then 1 else 0 end,
                editions.release desc
        ) as preference
    from editions
    inner join years
        on
            editions.la_code = years.la_code
            and editions.collection_year <= years.collection_year
),

chosen as (
    select
        ranked.period_collection_year,
        comparators.*
    from ranked
    inner join comparators
        on
            ranked.la_code = comparators.la_code
            and ranked.metric_id = comparators.metric_id
            and ranked.breakdown = comparators.breakdown
            and ranked.release = comparators.release
            and ranked.collection_year = comparators.collection_year
    where ranked.preference = 1
),

compared as (
    select
        figures.*,
        chosen.comparator,
        chosen.comparator_value,
        chosen.comparator_display,
        chosen.collection_year as comparator_collection_year,
        chosen.release,
        chosen.neighbour_model,
        chosen.method,
        chosen.neighbours_counted,
        chosen.neighbours_suppressed,
        chosen.is_sparse,
        chosen.is_printed,
        definitions.polarity,
        -- Counts depend on the size of the area: neither better nor worse than another's.
        definitions.unit in ('percent', 'rate_per_10000', 'mean', 'median_months') as is_comparable,
        -- k is more than 0 and less than a half: whatever is shown otherwise lies on one side of it.
        case
            when chosen.comparator_value is not null then chosen.comparator_value
            when chosen.comparator_display = 'k' then 0.25
        end as value_to_beat
    from figures
    inner join chosen
        on
            figures.la_code = chosen.la_code
            and figures.collection_year = chosen.period_collection_year
            and figures.metric_id = chosen.metric_id
            and figures.breakdown = chosen.breakdown
            and figures.category = chosen.category
    inner join definitions on figures.metric_id = definitions.metric_id
),

directed as (
    select
        *,
        case
            when is_comparable
                then {{ direction_as_shown('value', 'display_value', 'value_to_beat', 'comparator_display') }}
        end as side_of_comparator,
        case
            when is_comparable then {{ beyond_chance('comparator_value', 'value_low', 'value_high') }}
        end as significant
    from compared
),

final as (
    select
        la_code,
        period_type,
        period_end,
        metric_id,
        breakdown,
        category,
        value,
        previous_value,
        change,
        relative_change_percent,
        comparator,
        comparator_value,
        comparator_display,
        comparator_collection_year,
        release,
        neighbour_model,
        method,
        neighbours_counted,
        neighbours_suppressed,
        value - comparator_value as difference,
        {{ position_of('side_of_comparator', 'polarity') }} as position,
        significant,
        value_low,
        value_high,
        is_sparse,
        is_printed,
        side_of_comparator as direction,
        {{ verdict_of('side_of_comparator', 'polarity', 'significant', 'little difference') }} as verdict
    from directed
)

select * from final
