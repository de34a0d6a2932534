with disputes as (
    select * from {{ ref('int_disputes') }}
),

-- Written from _int_metrics__disputes.yml by scripts/generate_metrics.py, down to the end.
disputes_raised as (
    {{ aggregate_metric(
        'disputes_raised', 'disputes',
        where='is_raised_in_period',
        breakdowns=same_named(['dispute_stage', 'dispute_category'])) }}
),

disputes_raised_excluding_good_practice as (
    {{ aggregate_metric(
        'disputes_raised_excluding_good_practice', 'disputes',
        where='is_raised_in_period and not is_good_practice',
        breakdowns=same_named(['dispute_stage', 'dispute_category'])) }}
),

good_practice_recognised as (
    {{ aggregate_metric('good_practice_recognised', 'disputes', where='is_raised_in_period and is_good_practice') }}
),

disputes_resolved_early as (
    {{ aggregate_metric(
        'disputes_resolved_early', 'disputes',
        numerator='is_resolved_early',
        denominator='is_raised_in_period') }}
),

disputes_resolved_within_20_working_days as (
    {{ aggregate_metric(
        'disputes_resolved_within_20_working_days', 'disputes',
        numerator='is_within_limit',
        denominator='is_in_limit_denominator') }}
),

disputes_open as (
    {{ aggregate_metric(
        'disputes_open', 'disputes',
        where='is_open_at_period_end',
        breakdowns=same_named(['dispute_stage'])) }}
),

cafcass_referrals as (
    {{ aggregate_metric('cafcass_referrals', 'disputes', where='was_referred_to_cafcass_in_period') }}
),

final as (
    {{ all_rows_of([
        'disputes_raised', 'disputes_raised_excluding_good_practice', 'good_practice_recognised',
        'disputes_resolved_early', 'disputes_resolved_within_20_working_days', 'disputes_open', 'cafcass_referrals'
    ]) }}
)

select * from final
