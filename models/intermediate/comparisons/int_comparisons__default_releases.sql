-- The release that a series or a ranking is taken from: the one that reaches the latest year, the later release of two.
-- A release of which only a national file was landed does not displace one that has authorities.
with published as (
    select * from {{ ref('int_comparisons__dfe') }}
    {%- if var("comparator_release") %}
        where release = '{{ var("comparator_release") }}'
    {%- endif %}
),

releases as (
    select
        metric_id,
        breakdown,
        release,
        max(collection_year) as latest_collection_year,
        max(case when area_code = 'England' then 0 else 1 end) as reaches_beyond_england
    from published
    group by
        metric_id,
        breakdown,
        release
),

ranked as (
    select
        *,
        row_number() over (
            partition by metric_id, breakdown
            order by reaches_beyond_england desc, latest_collection_year desc, release desc
        ) as preference
    from releases
),

final as (
    select
        metric_id,
        breakdown,
        release,
        latest_collection_year
    from ranked
    where preference = 1
)

select * from final
