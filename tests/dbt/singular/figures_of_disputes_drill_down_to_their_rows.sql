-- Catches a figure of disputes that is not the number of rows a reader drills down to: the mart's rows are of more than
-- the disputes raised in the period.
{{ figures_without_their_rows('disputes_by_period', [
    ['disputes_raised', 'is_raised_in_period', none],
    ['disputes_raised_excluding_good_practice', 'is_raised_in_period and not is_good_practice', none],
    ['good_practice_recognised', 'is_raised_in_period and is_good_practice', none],
    ['disputes_resolved_early', 'is_resolved_early', 'is_raised_in_period'],
    ['disputes_resolved_within_20_working_days', 'is_within_limit', 'is_in_limit_denominator'],
    ['disputes_open', 'is_open_at_period_end', none],
    ['cafcass_referrals', 'was_referred_to_cafcass_in_period', none]
]) }}
