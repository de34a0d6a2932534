/*
  Drill-down: every published figure of children who started is the number of rows of the mart children_started that
  bear its flag, category by category and both ways.
  Catches: a flag of the mart that is not what the metric counts, rows lost or doubled on the way to the mart, and a
  figure without rows.
*/
{{ figures_without_their_rows('children_started_by_period', [
    ['started_looked_after', 'true', none],
    ['taken_into_care', 'is_taken_into_care', none],
    ['re_entered_after_permanence', 'is_re_entry_after_permanence', 'has_previous_permanence_record']
]) }}
