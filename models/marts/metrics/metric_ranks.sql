-- The authority's place by DfE's published figures, among its statistical neighbours and among all authorities. The
-- best comes first where the metric has a better and a worse, else the highest. Who is behind a symbol has no place.
-- All are nine in ten of England's authorities at least: a file that was cut down to some of them ranks nobody so.
with published as (
    select * from {{ ref('int_comparisons__dfe') }}
    -- Counts depend on the size of the authority.
    where geographic_level = 'Local authority' and unit in ('percent', 'rate_per_10000', 'mean')
),

releases as (
    select * from {{ ref('int_comparisons__default_releases') }}
),

neighbours as (
    select * from {{ ref('int_dfe__neighbours') }}
),

delivering as (
    select * from {{ ref('dim_authority') }}
    where has_delivered
),

england as (
    select count(*) as authorities_there
    from {{ ref('dim_authority') }}
    where valid_to is null
),

definitions as (
    select * from {{ ref('metric_definitions') }}
),

figures as (
    select
        published.*,
        case definitions.polarity when 'lower' then 'lowest' else 'highest' end as first_is,
        case definitions.polarity when 'lower' then published.value else -published.value end as standing
    from published
    inner join releases
        on
            published.metric_id = releases.metric_id
            and published.breakdown = releases.breakdown
            and published.release = releases.release
    inner join definitions on published.metric_id = definitions.metric_id
),

own as (
    select figures.*
    from figures
    inner join delivering on figures.area_code = delivering.la_code
),

among_all as (
    select
        *,
        rank() over (
            partition by metric_id, breakdown, category, collection_year
            order by case when value is null then 1 else 0 end, standing
        ) as place,
        count(value) over (partition by metric_id, breakdown, category, collection_year) as authorities_counted,
        count(*) over (partition by metric_id, breakdown, category, collection_year) as authorities_published
    from figures
),

ranked_among_all as (
    select
        among_all.area_code as la_code,
        among_all.metric_id,
        among_all.breakdown,
        among_all.category,
        among_all.collection_year,
        among_all.release,
        'All authorities' as ranked_among,
        cast(null as varchar) as neighbour_model,
        among_all.value,
        among_all.display_value,
        among_all.first_is,
        among_all.place,
        among_all.authorities_counted,
        among_all.authorities_published - among_all.authorities_counted as authorities_left_out
    from among_all
    inner join delivering on among_all.area_code = delivering.la_code
    cross join england
    where 10 * among_all.authorities_published >= 9 * england.authorities_there
),

-- The authority is one of those it is ranked among.
ranked_among_neighbours as (
    select
        own.area_code as la_code,
        own.metric_id,
        own.breakdown,
        own.category,
        own.collection_year,
        own.release,
        'Statistical neighbours' as ranked_among,
        neighbours.neighbour_model,
        own.value,
        own.display_value,
        own.first_is,
        1 + count(case when figures.standing < own.standing then 1 end) as place,
        count(figures.value) + case when own.value is null then 0 else 1 end as authorities_counted,
        count(*) - count(figures.value) + case when own.value is null then 1 else 0 end as authorities_left_out
    from own
    inner join neighbours on own.area_code = neighbours.la_code
    inner join figures
        on
            neighbours.neighbour_la_code = figures.area_code
            and own.metric_id = figures.metric_id
            and own.breakdown = figures.breakdown
            and own.category = figures.category
            and own.collection_year = figures.collection_year
    group by
        own.area_code,
        own.metric_id,
        own.breakdown,
        own.category,
        own.collection_year,
        own.release,
        neighbours.neighbour_model,
        own.value,
        own.display_value,
        own.first_is
),

ranked as (
    select * from ranked_among_all
    union all
    select * from ranked_among_neighbours
),

final as (
    select
        la_code,
        metric_id,
        breakdown,
        category,
        collection_year,
        release,
        ranked_among,
        neighbour_model,
        value,
        display_value,
        first_is,
        case when value is not null then cast(place as bigint) end as rank,
        case
            when value is not null and authorities_counted >= 4
                then cast(ceil(4.0 * place / authorities_counted) as bigint)
        end as quartile,
        authorities_counted,
        authorities_left_out
    from ranked
)

select * from final
