/*
  Drill-down: every published figure of children looked after at the period end is the number of rows of the mart
  children_looked_after that bear its flag, category by category and both ways.
  Catches: a flag of the mart that is not what the metric counts, rows lost or doubled on the way to the mart, and a
  figure without rows.
*/
{{ figures_without_their_rows('children_looked_after_by_period', [
    ['children_looked_after', 'true', none],
    ['placed_over_20_miles', 'is_over_20_miles', 'true'],
    ['placed_over_20_miles_outside_authority', 'is_over_20_miles_outside_authority', 'true'],
    ['under_16_unregulated', 'is_under_16_unregulated', none],
    ['three_or_more_placements', 'has_three_or_more_placements', 'true'],
    ['long_term_placement_stability', 'is_in_same_placement_two_years', 'is_in_long_term_cohort'],
    ['social_worker_changes', 'has_three_or_more_social_workers', 'true'],
    ['health_assessment', 'has_health_assessment', 'is_in_oc2_cohort'],
    ['dental_check', 'has_dental_check', 'is_in_oc2_cohort'],
    ['immunisations', 'has_immunisations', 'is_in_oc2_cohort'],
    ['substance_misuse', 'has_substance_misuse', 'is_in_oc2_cohort'],
    ['development_check', 'has_development_check', 'is_in_development_cohort'],
    ['convicted', 'is_convicted', 'is_in_conviction_cohort'],
    ['sdq_score_received', 'has_sdq_score', 'is_in_sdq_cohort'],
    ['sdq_cause_for_concern', 'sdq_score >= 17', 'has_sdq_score']
]) }}
