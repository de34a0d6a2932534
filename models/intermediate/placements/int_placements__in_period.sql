{{ config(meta={'definition': '11.10'}) }}
-- Placements count over every period of care that touches the period, because the child is the unit; one that begins
-- and ends on one day is no placement of 24 hours.
with periods as (
    select * from {{ ref('int_periods__published') }}
),

spells as (
    select * from {{ ref('int_placement_spells') }}
    where not is_within_one_day
),

final as (
    select
        periods.la_code,
        periods.period_type,
        periods.period_start,
        periods.period_end,
        spells.child,
        count(*) as placements
    from periods
    inner join spells
        on
            periods.la_code = spells.la_code
            and spells.started_on <= periods.period_end
            and (spells.ended_on is null or spells.ended_on > periods.period_start)
    group by
        periods.la_code,
        periods.period_type,
        periods.period_start,
        periods.period_end,
        spells.child
)

select * from final
