-- The place that an authority has by a figure that DfE publishes, among all of whom there is one. The best comes first
-- where the metric has a better and a worse, else the highest. Who is behind a symbol comes last, and has no place.
with published as (
    select * from {{ ref('int_comparisons__dfe') }}
    -- Counts depend on the size of the authority.
    where geographic_level = 'Local authority' and unit in ('percent', 'rate_per_10000', 'mean')
),

releases as (
    select * from {{ ref('int_comparisons__default_releases') }}
),

england as (
    select count(*) as authorities_there
    from {{ ref('authorities') }}
    where valid_to is null
),

definitions as (
    select * from {{ ref('metric_definitions') }}
),

figures as (
    select
        published.area_code,
        published.metric_id,
        published.breakdown,
        published.category,
        published.collection_year,
        published.release,
        published.value,
        published.display_value,
        published.collection_year = releases.latest_collection_year as is_of_latest_year,
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

placed as (
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

final as (
    select
        placed.area_code as la_code,
        placed.metric_id,
        placed.breakdown,
        placed.category,
        placed.collection_year,
        placed.release,
        placed.is_of_latest_year,
        placed.value,
        placed.display_value,
        placed.first_is,
        placed.standing,
        placed.place,
        placed.authorities_counted,
        placed.authorities_published - placed.authorities_counted as authorities_left_out,
        -- All are nine in ten of England's at least: a file that was cut down to some of them ranks nobody among all.
        10 * placed.authorities_published >= 9 * england.authorities_there as are_all_there
    from placed
    cross join england
)

select * from final
