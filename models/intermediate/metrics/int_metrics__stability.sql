with looked_after as (
    select * from {{ ref('int_children_looked_after') }}
),

-- Written from _int_metrics__stability.yml by scripts/generate_metrics.py, down to the end.
three_or_more_placements as (
    {{ aggregate_metric(
        'three_or_more_placements', 'looked_after',
        numerator='has_three_or_more_placements',
        denominator='true',
        breakdowns=same_named(['age_band', 'sex', 'ethnicity_group'])) }}
),

long_term_placement_stability as (
    {{ aggregate_metric(
        'long_term_placement_stability', 'looked_after',
        numerator='is_in_same_placement_two_years',
        denominator='is_in_long_term_cohort',
        undetermined='is_long_term_undetermined',
        breakdowns=same_named(['sex', 'ethnicity_group'])) }}
),

social_worker_changes as (
    {{ aggregate_metric(
        'social_worker_changes', 'looked_after',
        numerator='has_three_or_more_social_workers',
        denominator='true',
        where="period_type = 'financial_year'") }}
),

final as (
    {{ all_rows_of(['three_or_more_placements', 'long_term_placement_stability', 'social_worker_changes']) }}
)

select * from final
