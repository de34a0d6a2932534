-- Five years of a figure, line by line: what the authority's own returns give, what DfE published of it, and the
-- comparators. Published lines are of one release throughout, because each release restates the years before.
with figures as (
    select * from {{ ref('metric_values') }}
    where period_type = 'financial_year'
),

published as (
    select * from {{ ref('int_comparisons__dfe') }}
),

releases as (
    select * from {{ ref('int_comparisons__default_releases') }}
),

comparators as (
    select * from {{ ref('comparator_values') }}
    where
        (neighbour_model is null or neighbour_model = '{{ var("neighbour_model") }}')
        and (method is null or method = '{{ var("comparator_method") }}')
),

authorities as (
    select * from {{ ref('dim_authority') }}
    where has_delivered
),

own_years as (
    select
        *,
        {{ collection_year_of('period_end') }} as collection_year,
        max({{ collection_year_of('period_end') }}) over (partition by la_code) as last_collection_year
    from figures
),

own as (
    select
        la_code,
        metric_id,
        breakdown,
        category,
        'Own figure' as series_name,
        collection_year,
        value,
        display_value,
        cast(null as string) as release
    from own_years
    where collection_year > last_collection_year - 5
),

published_of_the_authority as (
    select
        authorities.la_code,
        published.metric_id,
        published.breakdown,
        published.category,
        'Published figure' as series_name,
        published.collection_year,
        published.value,
        published.display_value,
        published.release
    from releases
    inner join published
        on
            releases.metric_id = published.metric_id
            and releases.breakdown = published.breakdown
            and releases.release = published.release
    inner join authorities on published.area_code = authorities.la_code
),

compared as (
    select
        comparators.la_code,
        comparators.metric_id,
        comparators.breakdown,
        comparators.category,
        comparators.comparator as series_name,
        comparators.collection_year,
        comparators.comparator_value as value,
        comparators.comparator_display as display_value,
        comparators.release
    from comparators
    left join releases
        on
            comparators.metric_id = releases.metric_id
            and comparators.breakdown = releases.breakdown
    where
        comparators.release = releases.release
        or (comparators.is_printed and releases.release is null)
),

final as (
    select * from own
    union all
    select * from published_of_the_authority
    union all
    select * from compared
)

select * from final
