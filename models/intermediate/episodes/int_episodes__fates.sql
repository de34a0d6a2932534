-- Follows every delivered episode row to its one end. "lost" is the end that must not occur: a test fails on it.
with delivered as (
    select * from {{ ref('stg_ssda903__episodes__parsed') }}
),

deliveries as (
    select * from {{ ref('int_returns__current') }}
),

accepted as (
    select * from {{ ref('stg_ssda903__episodes') }}
),

settled as (
    select * from {{ ref('int_episodes__settled') }}
),

in_care as (
    select * from {{ ref('int_episodes__in_care') }}
),

final as (
    select
        delivered.la_code,
        delivered.collection_year,
        delivered.delivery_id,
        delivered.file_name,
        delivered.row_number,
        delivered.child,
        delivered.decom,
        case
            when delivered.failed_rules <> '' then 'rejected'
            when not deliveries.is_current then 'superseded'
            when accepted.row_number is null then 'lost'
            when settled.last_collection_year > delivered.collection_year then 'superseded'
            when settled.is_superseded then 'superseded'
            when settled.is_respite and settled.row_number = delivered.row_number then 'respite'
            when in_care.child is null then 'lost'
            when settled.is_implied_end then 'repaired'
            when settled.row_number = delivered.row_number then 'counted'
            else 'lost'
        end as fate
    from delivered
    inner join deliveries on delivered.delivery_id = deliveries.delivery_id
    left join accepted
        on
            delivered.delivery_id = accepted.delivery_id
            and delivered.file_name = accepted.file_name
            and delivered.row_number = accepted.row_number
    left join settled
        on
            accepted.la_code = settled.la_code
            and accepted.child = settled.child
            and accepted.decom = settled.started_on
    left join in_care
        on
            accepted.la_code = in_care.la_code
            and accepted.child = in_care.child
            and accepted.decom = in_care.started_on
)

select * from final
