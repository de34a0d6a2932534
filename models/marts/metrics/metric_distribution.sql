-- Where the authority stands, figure by figure: DfE's latest figures of all authorities, or of the neighbours where the
-- files have no more. Place and quarter as in metric_ranks.
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
    where neighbour_model = '{{ var("neighbour_model") }}'
),

authorities as (
    select * from {{ ref('dim_authority') }}
),

england as (
    select count(*) as authorities_there
    from authorities
    where valid_to is null
),

definitions as (
    select * from {{ ref('metric_definitions') }}
),

figures as (
    select
        published.*,
        case definitions.polarity when 'lower' then published.value else -published.value end as standing
    from published
    inner join releases
        on
            published.metric_id = releases.metric_id
            and published.breakdown = releases.breakdown
            and published.release = releases.release
            and published.collection_year = releases.latest_collection_year
    inner join definitions on published.metric_id = definitions.metric_id
),

counted as (
    select
        *,
        rank() over (
            partition by metric_id, breakdown, category
            order by case when value is null then 1 else 0 end, standing
        ) as place,
        count(value) over (partition by metric_id, breakdown, category) as authorities_counted,
        count(*) over (partition by metric_id, breakdown, category) as authorities_published
    from figures
),

placed as (
    select
        counted.*,
        10 * counted.authorities_published >= 9 * england.authorities_there as has_all_authorities
    from counted
    cross join england
),

beside as (
    select
        own.la_code,
        placed.*,
        placed.area_code = own.la_code as is_own,
        neighbours.rank as neighbour_rank
    from authorities as own
    cross join placed
    left join neighbours
        on
            own.la_code = neighbours.la_code
            and placed.area_code = neighbours.neighbour_la_code
    where own.has_delivered
),

final as (
    select
        beside.la_code,
        beside.metric_id,
        beside.breakdown,
        beside.category,
        beside.collection_year,
        beside.release,
        beside.area_code as other_la_code,
        coalesce(named.la_name, 'Authority ' || beside.area_code) as other_la_name,
        beside.is_own,
        cast(beside.neighbour_rank as bigint) as neighbour_rank,
        beside.value,
        beside.display_value,
        case
            when beside.has_all_authorities and beside.value is not null then cast(beside.place as bigint)
        end as rank,
        case
            when beside.has_all_authorities and beside.value is not null and beside.authorities_counted >= 4
                then cast(ceil(4.0 * beside.place / beside.authorities_counted) as bigint)
        end as quartile
    from beside
    left join authorities as named on beside.area_code = named.la_code
    where beside.is_own or beside.neighbour_rank is not null or beside.has_all_authorities
)

select * from final
