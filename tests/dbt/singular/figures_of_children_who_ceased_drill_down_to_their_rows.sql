/*
  Drill-down: every published figure of children who ceased is the number of rows of the mart children_ceased that
  bear its flag, category by category and both ways.
  Catches: a flag of the mart that is not what the metric counts, rows lost or doubled on the way to the mart, and a
  figure without rows.
*/
{{ figures_without_their_rows('children_ceased_by_period', [
    ['ceased_looked_after', 'true', none],
    ['left_to_permanence', 'is_to_permanence', 'true'],
    ['left_to_legal_permanence', 'is_to_legal_permanence', 'true'],
    ['left_to_planned_permanence', 'is_to_planned_permanence', 'true']
]) }}
