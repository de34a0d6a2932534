-- Catches a figure of oversight, or of the same officer all year, that is not the number of rows a reader drills down
-- to.
{{ figures_without_their_rows('case_oversight_by_period', [
    ['oversight_rating', 'true', none],
    ['oversight_on_time', 'is_oversight_on_time', 'has_rating'],
    ['consistent_iro', 'has_consistent_iro', 'is_in_consistent_iro_cohort']
]) }}
