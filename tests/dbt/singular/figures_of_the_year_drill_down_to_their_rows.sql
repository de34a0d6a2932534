/*
  Drill-down: every published figure of children looked after at any time in the period is the number of rows of the
  mart children_looked_after_in_year that bear its flag, category by category and both ways.
  Catches: a flag of the mart that is not what the metric counts, rows lost or doubled on the way to the mart, and a
  figure without rows.
*/
{{ figures_without_their_rows('children_looked_after_in_year_by_period', [
    ['looked_after_in_year', 'true', none],
    ['missing_from_placement', 'was_missing', 'true'],
    ['away_without_authorisation', 'was_away', 'true']
]) }}
