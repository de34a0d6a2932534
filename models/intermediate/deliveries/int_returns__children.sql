-- The children of every known return, held or not, by its episodes.
with episodes as (
    select * from {{ ref('stg_ssda903__episodes__parsed') }}
    where failed_rules = ''
),

known as (
    select * from {{ ref('int_deliveries__known') }}
),

final as (
    select
        episodes.delivery_id,
        episodes.child,
        max(
            case
                when
                    {{ is_respite('episodes.ls') }}
                    or episodes.decom > known.covers_to
                    or episodes.dec <= known.covers_to
                    then 0
                else 1
            end
        ) = 1 as is_looked_after
    from episodes
    inner join known on episodes.delivery_id = known.delivery_id
    group by
        episodes.delivery_id,
        episodes.child
)

select * from final
