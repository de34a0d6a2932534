-- Catches a count of officers that is not the number of rows a reader drills down to.
{{ figures_without_their_rows('iro_caseloads_by_period', [
    ['iro_headcount', 'true', none],
    ['iro_caseload_within_handbook', 'is_within_handbook', 'true']
]) }}
