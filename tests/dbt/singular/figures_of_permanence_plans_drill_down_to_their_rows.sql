-- Catches a figure of the permanence tracker that is not the number of rows a reader drills down to. Children by type
-- of plan are a part of all children, which the parts' own test holds them to.
{{ figures_without_their_rows('permanence_by_period', [
    ['permanence_achieved', 'is_plan_achieved', 'has_plan'],
    ['awaiting_long_term_match', 'is_awaiting_long_term_match', none]
]) }}
