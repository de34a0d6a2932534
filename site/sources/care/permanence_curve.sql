-- One row per year of entry and number of months since: the share that had left to permanence by then.
select
    cast(extract(year from curve.period_end) as integer) as year,
    cast(curve.period_start as varchar) as period_start,
    cast(curve.period_end as varchar) as period_end,
    cast(curve.months_since_entry as integer) as months_since_entry,
    curve.numerator,
    curve.denominator,
    curve.value,
    curve.display_value,
    displays.shown,
    curve.status
from (select 1) as at_least_one_row
left join marts.permanence_curve as curve on true
left join site.displays as displays on displays.unit = 'percent' and curve.display_value = displays.display_value
order by curve.period_end, curve.months_since_entry
