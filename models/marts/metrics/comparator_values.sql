-- Every choice of comparator for the authorities that delivered: release, year, neighbour model and method. Statistical
-- neighbours are the mean or the median of the figures as DfE published them, rounded, those behind a symbol left out:
-- so does DfE's own tool, and so did the printed report. A neighbour whose figure is withheld because DfE's files
-- contradict each other is not left out, which would move the mean: the comparator is withheld with it.
with published as (
    select * from {{ ref('int_comparisons__dfe') }}
),

neighbours as (
    select * from {{ ref('int_dfe__neighbours') }}
),

authorities as (
    select * from {{ ref('dim_authority') }}
    where has_delivered
),

definitions as (
    select * from {{ ref('metric_definitions') }}
),

printed as (
    select * from {{ ref('printed_comparators') }}
    {%- if var('as_known_at') %}
        where known_on <= {{ date_literal(var('as_known_at')) }}
    {%- endif %}
),

neighbour_lists as (
    select
        neighbours.la_code,
        neighbours.neighbour_model,
        neighbours.neighbour_la_code,
        count(*) over (partition by neighbours.la_code, neighbours.neighbour_model) as neighbours_listed
    from neighbours
    inner join authorities on neighbours.la_code = authorities.la_code
),

-- Decimals, so that the sum of figures with one decimal is the same in whatever order it is taken.
summarised as (
    select
        neighbour_lists.la_code,
        neighbour_lists.neighbour_model,
        published.release,
        published.collection_year,
        published.metric_id,
        published.breakdown,
        published.category,
        published.unit,
        published.decimals,
        max(neighbour_lists.neighbours_listed) as neighbours_listed,
        count(published.value) as neighbours_counted,
        count(*) - count(published.value) as neighbours_suppressed,
        cast(sum(cast(published.value as decimal(18, 4))) as double)
        / nullif(count(published.value), 0) as mean_value,
        {{ median('published.value') }} as median_value,
        min(published.symbol) as symbol,
        max(case when published.is_withheld then 1 else 0 end) as has_withheld
    from neighbour_lists
    inner join published on neighbour_lists.neighbour_la_code = published.area_code
    group by
        neighbour_lists.la_code,
        neighbour_lists.neighbour_model,
        published.release,
        published.collection_year,
        published.metric_id,
        published.breakdown,
        published.category,
        published.unit,
        published.decimals
),

by_method as (
    select
        *,
        'mean' as method,
        case when has_withheld = 0 then mean_value end as comparator_value
    from summarised
    union all
    select
        *,
        'median' as method,
        case when has_withheld = 0 then median_value end as comparator_value
    from summarised
),

statistical_neighbours as (
    select
        la_code,
        release,
        false as is_printed,
        collection_year,
        metric_id,
        breakdown,
        category,
        'Statistical neighbours' as comparator,
        neighbour_model,
        method,
        comparator_value,
        case
            when has_withheld = 1 then 'x'
            when comparator_value is null then symbol
            else {{ shown('comparator_value', 'unit', 'decimals') }}
        end as comparator_display,
        neighbours_counted,
        neighbours_suppressed,
        2 * neighbours_counted < neighbours_listed as is_sparse
    from by_method
),

wider_areas as (
    select
        la_code,
        'England' as area_code,
        'England' as comparator
    from authorities
    union all
    select
        la_code,
        region_code as area_code,
        region_name as comparator
    from authorities
    where region_code is not null
),

areas as (
    select
        wider_areas.la_code,
        published.release,
        false as is_printed,
        published.collection_year,
        published.metric_id,
        published.breakdown,
        published.category,
        wider_areas.comparator,
        cast(null as string) as neighbour_model,
        cast(null as string) as method,
        published.value as comparator_value,
        published.display_value as comparator_display,
        cast(null as bigint) as neighbours_counted,
        cast(null as bigint) as neighbours_suppressed,
        cast(null as boolean) as is_sparse
    from wider_areas
    inner join published on wider_areas.area_code = published.area_code
),

computed as (
    select * from statistical_neighbours
    union all
    select * from areas
),

superseded as (
    select distinct printed.figure_id
    from printed
    inner join computed
        on
            printed.la_code = computed.la_code
            and printed.collection_year = computed.collection_year
            and printed.metric_id = computed.metric_id
            and printed.breakdown = computed.breakdown
            and printed.category = computed.category
            and printed.comparator = computed.comparator
),

-- What the report printed stands in until DfE's file of that year is there.
printed_only as (
    select
        printed.la_code,
        printed.release,
        true as is_printed,
        printed.collection_year,
        printed.metric_id,
        printed.breakdown,
        printed.category,
        printed.comparator,
        printed.neighbour_model,
        printed.method,
        printed.comparator_value,
        {{ shown('printed.comparator_value', 'definitions.unit', 'definitions.decimals') }} as comparator_display,
        cast(null as bigint) as neighbours_counted,
        cast(null as bigint) as neighbours_suppressed,
        cast(null as boolean) as is_sparse
    from printed
    inner join authorities on printed.la_code = authorities.la_code
    inner join definitions on printed.metric_id = definitions.metric_id
    left join superseded on printed.figure_id = superseded.figure_id
    where superseded.figure_id is null
),

final as (
    select * from computed
    union all
    select * from printed_only
)

select * from final
