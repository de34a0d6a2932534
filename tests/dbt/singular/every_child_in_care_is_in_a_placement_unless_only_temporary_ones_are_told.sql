/*
  A child in care at the period's end is in some placement that day, so that at least one is counted in the period.
  Catches: spells that end too early, and children whose placements are counted in another period of care.
*/
select
    la_code,
    period_type,
    period_end,
    placements_in_period
from {{ ref('int_children_looked_after') }}
where placements_in_period = 0 and not (is_in_temporary_placement and placement_code is null)
