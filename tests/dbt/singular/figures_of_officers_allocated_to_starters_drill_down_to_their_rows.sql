-- Catches a share of starters with an officer by the fifth working day that is not the number of rows behind it.
{{ figures_without_their_rows('children_started_by_period', [
    ['iro_allocated_within_5_working_days', 'is_iro_allocated_on_time', 'is_in_iro_allocation_cohort']
]) }}
