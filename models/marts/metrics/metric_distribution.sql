-- Where the authority stands, figure by figure: DfE's latest figures of all authorities, or of the neighbours where the
-- files have no more.
with places as (
    select * from {{ ref('int_comparisons__places') }}
    where is_of_latest_year
),

neighbours as (
    select * from {{ ref('int_dfe__neighbours') }}
    where neighbour_model = '{{ var("neighbour_model") }}'
),

authorities as (
    select * from {{ ref('dim_authority') }}
),

beside as (
    select
        own.la_code as own_la_code,
        places.*,
        places.la_code = own.la_code as is_own,
        neighbours.rank as neighbour_rank
    from authorities as own
    cross join places
    left join neighbours
        on
            own.la_code = neighbours.la_code
            and places.la_code = neighbours.neighbour_la_code
    where own.has_delivered
),

final as (
    select
        beside.own_la_code as la_code,
        beside.metric_id,
        beside.breakdown,
        beside.category,
        beside.collection_year,
        beside.release,
        beside.la_code as other_la_code,
        coalesce(named.la_name, 'Authority ' || beside.la_code) as other_la_name,
        beside.is_own,
        cast(beside.neighbour_rank as bigint) as neighbour_rank,
        beside.value,
        beside.display_value,
        case
            when beside.are_all_there and beside.value is not null then cast(beside.place as bigint)
        end as rank,
        case
            when beside.are_all_there and beside.value is not null
                then {{ quarter_of('beside.place', 'beside.authorities_counted') }}
        end as quartile
    from beside
    left join authorities as named on beside.la_code = named.la_code
    where beside.is_own or beside.neighbour_rank is not null or beside.are_all_there
)

select * from final
