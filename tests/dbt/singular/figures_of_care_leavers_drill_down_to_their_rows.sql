/*
  Drill-down: every published figure of care leavers is the number of rows of the mart care_leavers that bear its
  flag, category by category and both ways.
  Catches: a flag of the mart that is not what the metric counts, rows lost or doubled on the way to the mart, and a
  figure without rows.
*/
{{ figures_without_their_rows('care_leavers_by_period', [
    ['care_leavers_in_touch', 'is_in_touch', 'true'],
    ['care_leavers_in_education_employment_training', 'is_in_education_employment_training', 'true'],
    ['care_leavers_suitable_accommodation', 'is_in_suitable_accommodation', 'is_in_accommodation_cohort']
]) }}
