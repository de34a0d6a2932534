/*
  England and the region are DfE's own figures of the release, year and category they name; the neighbours' mean and
  median lie between the lowest and the highest of their figures, and rest on no more of them than the model lists. Of
  files that contradict each other the one that published_conflicts names counts, or there is no figure. What comes with
  the project counts where no file of the release has the figure.
  Catches: a comparator of another release, year, region or unit, a symbol counted as 0, a neighbour counted twice, a
  figure of a file that was superseded or that nothing decides for, one that comes with the project beside a landed one.
*/
with comparators as (
    select * from {{ ref('comparator_values') }}
    where not is_printed
),

conflicts as (
    select * from {{ ref('published_conflicts') }}
),

landed as (
    select
        published_values.release,
        published_values.collection_year,
        published_values.geography_code,
        published_values.metric_id,
        published_values.breakdown,
        published_values.category,
        published_values.value,
        published_values.symbol
    from {{ ref('published_values') }} as published_values
    left join conflicts
        on
            published_values.release = conflicts.release
            and published_values.file_name = conflicts.file_name
            and published_values.collection_year = conflicts.collection_year
            and published_values.geography_code = conflicts.geography_code
            and published_values.metric_id = conflicts.metric_id
            and published_values.breakdown = conflicts.breakdown
            and published_values.category = conflicts.category
            and published_values.unit = conflicts.unit
    where conflicts.release is null or conflicts.is_used
),

seeded as (
    select
        release,
        collection_year,
        case when area_code = 'England' then 'E92000001' else area_code end as geography_code,
        metric_id,
        breakdown,
        category,
        value,
        symbol
    from {{ ref('int_dfe__seeded') }}
    where geographic_level <> 'Local authority'
),

seeded_alone as (
    select seeded.*
    from seeded
    left join {{ ref('published_values') }} as published_values
        on
            seeded.release = published_values.release
            and seeded.collection_year = published_values.collection_year
            and seeded.geography_code = published_values.geography_code
            and seeded.metric_id = published_values.metric_id
            and seeded.breakdown = published_values.breakdown
            and seeded.category = published_values.category
            and published_values.unit <> 'count'
    where published_values.release is null
),

published as (
    select * from landed
    union all
    select * from seeded_alone
),

withheld as (
    select distinct
        release,
        collection_year,
        geography_code,
        metric_id,
        breakdown,
        category
    from conflicts
    where is_withheld
),

authorities as (
    select * from {{ ref('dim_authority') }}
),

areas as (
    select
        comparators.*,
        case when comparators.comparator = 'England' then 'E92000001' else authorities.region_code end as geography_code
    from comparators
    inner join authorities on comparators.la_code = authorities.la_code
    where comparators.neighbour_model is null
),

not_as_published as (
    select
        areas.la_code,
        areas.release,
        areas.metric_id,
        areas.category,
        areas.comparator,
        areas.comparator_display
    from areas
    left join published
        on
            areas.release = published.release
            and areas.collection_year = published.collection_year
            and areas.geography_code = published.geography_code
            and areas.metric_id = published.metric_id
            and areas.breakdown = published.breakdown
            and areas.category = published.category
            and coalesce(areas.comparator_value, -1) = coalesce(published.value, -1)
            and (areas.comparator_value is not null or areas.comparator_display = published.symbol)
    left join withheld
        on
            areas.release = withheld.release
            and areas.collection_year = withheld.collection_year
            and areas.geography_code = withheld.geography_code
            and areas.metric_id = withheld.metric_id
            and areas.breakdown = withheld.breakdown
            and areas.category = withheld.category
            and areas.comparator_value is null
            and areas.comparator_display = 'x'
    where published.release is null and withheld.release is null
),

listed as (
    select
        neighbours.la_code,
        neighbours.neighbour_model,
        published.release,
        published.collection_year,
        published.metric_id,
        published.breakdown,
        published.category,
        min(published.value) as lowest,
        max(published.value) as highest,
        max(case when published.is_withheld then 1 else 0 end) as has_withheld,
        count(distinct neighbours.neighbour_la_code) as neighbours_published
    from {{ ref('int_dfe__neighbours') }} as neighbours
    inner join {{ ref('int_comparisons__dfe') }} as published
        on neighbours.neighbour_la_code = published.area_code
    group by
        neighbours.la_code,
        neighbours.neighbour_model,
        published.release,
        published.collection_year,
        published.metric_id,
        published.breakdown,
        published.category
),

not_of_the_neighbours as (
    select
        comparators.la_code,
        comparators.release,
        comparators.metric_id,
        comparators.category,
        comparators.comparator,
        comparators.comparator_display
    from comparators
    left join listed
        on
            comparators.la_code = listed.la_code
            and comparators.neighbour_model = listed.neighbour_model
            and comparators.release = listed.release
            and comparators.collection_year = listed.collection_year
            and comparators.metric_id = listed.metric_id
            and comparators.breakdown = listed.breakdown
            and comparators.category = listed.category
    where
        comparators.neighbour_model is not null
        and (
            listed.la_code is null
            or comparators.comparator_value not between listed.lowest - 0.000001 and listed.highest + 0.000001
            or (comparators.comparator_value is null) <> (listed.lowest is null or listed.has_withheld = 1)
            or comparators.neighbours_counted + comparators.neighbours_suppressed <> listed.neighbours_published
        )
)

select * from not_as_published
union all
select * from not_of_the_neighbours
