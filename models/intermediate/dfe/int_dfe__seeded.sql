-- DfE's figures that come with the project, so that a bare clone has something to compare with. What is landed goes
-- before them, figure by figure (int_comparisons__dfe).
with figures as (
    select * from {{ ref('published_figures') }}
),

measures as (
    select * from {{ ref('published_measures') }}
),

releases as (
    select * from {{ ref('dfe_releases') }}
),

definitions as (
    select * from {{ ref('metric_definitions') }}
),

by_year as (
    {%- for year in range(2020, 2026) %}
        select
            measure,
            area_code,
            {{ year }} as collection_year,
            year_{{ year }} as figure
        from figures
        where year_{{ year }} is not null
        {%- if not loop.last %}
            union all
        {%- endif %}
    {%- endfor %}
),

final as (
    select
        measures.release,
        by_year.collection_year,
        case
            when by_year.area_code = 'England' then 'National'
            when by_year.area_code like 'E%' then 'Regional'
            else 'Local authority'
        end as geographic_level,
        by_year.area_code,
        measures.metric_id,
        measures.breakdown,
        measures.category,
        definitions.unit,
        definitions.decimals,
        cast({{ try_decimal('by_year.figure', 18, 6) }} as double) as value,
        case when {{ try_decimal('by_year.figure', 18, 6) }} is null then by_year.figure end as symbol
    from by_year
    inner join measures on by_year.measure = measures.measure
    inner join definitions on measures.metric_id = definitions.metric_id
    inner join releases on measures.release = releases.release
    {%- if var('as_known_at') %}
        where releases.published_on <= {{ date_literal(var('as_known_at')) }}
    {%- endif %}
)

select * from final
