-- The published figures that are metrics, in the metric's own unit: the count behind a percentage is not the metric.
-- London's two halves, which DfE prints as regions beside London, keep their codes and are no authority's region.
-- Another nation's figure is nobody's comparator.
-- A figure that no landed file of its release has is taken from those that come with the project.
with figures as (
    select * from {{ ref('int_dfe__figures') }}
),

seeded as (
    select * from {{ ref('int_dfe__seeded') }}
),

definitions as (
    select * from {{ ref('metric_definitions') }}
),

placed as (
    select
        figures.release,
        figures.collection_year,
        figures.geographic_level,
        case figures.geographic_level
            when 'Local authority' then figures.la_code
            when 'Regional' then figures.geography_code
            when 'National' then case figures.geography_code when 'E92000001' then 'England' end
        end as area_code,
        figures.geography_code,
        figures.metric_id,
        figures.breakdown,
        figures.category,
        definitions.unit,
        definitions.decimals,
        figures.value,
        figures.symbol,
        figures.is_withheld
    from figures
    inner join definitions
        on
            figures.metric_id = definitions.metric_id
            and figures.unit
            = case
                when definitions.unit in ('percent', 'mean') then definitions.unit
                when definitions.unit = 'rate_per_10000' then 'rate'
                else 'count'
            end
    where figures.value is not null or figures.symbol is not null
),

together as (
    select
        *,
        1 as source_rank
    from placed
    union all
    select
        release,
        collection_year,
        geographic_level,
        area_code,
        cast(null as string) as geography_code,
        metric_id,
        breakdown,
        category,
        unit,
        decimals,
        value,
        symbol,
        false as is_withheld,
        2 as source_rank
    from seeded
),

-- An authority whose ONS code has changed may stand in one release under both. A figure that is withheld under the one
-- is not got round by the other.
ranked as (
    select
        *,
        row_number() over (
            partition by release, collection_year, area_code, metric_id, breakdown, category
            order by
                source_rank, case when is_withheld then 0 when value is not null then 1 else 2 end, geography_code
        ) as preference
    from together
    where area_code is not null
),

final as (
    select
        release,
        collection_year,
        geographic_level,
        area_code,
        metric_id,
        breakdown,
        category,
        unit,
        decimals,
        value,
        symbol,
        is_withheld,
        coalesce({{ shown('value', 'unit', 'decimals') }}, symbol) as display_value
    from ranked
    where preference = 1
)

select * from final
