-- The authority's place by DfE's published figures, among its statistical neighbours and among all authorities.
with places as (
    select * from {{ ref('int_comparisons__places') }}
),

neighbours as (
    select * from {{ ref('int_dfe__neighbours') }}
),

delivering as (
    select * from {{ ref('dim_authority') }}
    where has_delivered
),

own as (
    select places.*
    from places
    inner join delivering on places.la_code = delivering.la_code
),

ranked_among_all as (
    select
        la_code,
        metric_id,
        breakdown,
        category,
        collection_year,
        release,
        'All authorities' as ranked_among,
        cast(null as string) as neighbour_model,
        value,
        display_value,
        first_is,
        place,
        authorities_counted,
        authorities_left_out
    from own
    where are_all_there
),

-- The authority is one of those it is ranked among.
ranked_among_neighbours as (
    select
        own.la_code,
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
        1 + count(case when places.standing < own.standing then 1 end) as place,
        count(places.value) + case when own.value is null then 0 else 1 end as authorities_counted,
        count(*) - count(places.value) + case when own.value is null then 1 else 0 end as authorities_left_out
    from own
    inner join neighbours on own.la_code = neighbours.la_code
    inner join places
        on
            neighbours.neighbour_la_code = places.la_code
            and own.metric_id = places.metric_id
            and own.breakdown = places.breakdown
            and own.category = places.category
            and own.collection_year = places.collection_year
    group by
        own.la_code,
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
        case when value is not null then {{ quarter_of('place', 'authorities_counted') }} end as quartile,
        authorities_counted,
        authorities_left_out
    from ranked
)

select * from final
