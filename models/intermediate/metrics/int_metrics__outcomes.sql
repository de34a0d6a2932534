with in_year as (
    select * from {{ ref('int_children_looked_after_in_year') }}
),

looked_after as (
    select * from {{ ref('int_children_looked_after') }}
    where period_type = 'financial_year'
),

-- Written from _int_metrics__outcomes.yml by scripts/generate_metrics.py, down to the end.
missing_from_placement as (
    {{ aggregate_metric(
        'missing_from_placement', 'in_year',
        numerator='was_missing',
        denominator='true',
        breakdowns=same_named(['age_band', 'sex', 'ethnicity_group'])) }}
),

away_without_authorisation as (
    {{ aggregate_metric('away_without_authorisation', 'in_year', numerator='was_away', denominator='true') }}
),

missing_incidents as (
    {{ aggregate_metric('missing_incidents', 'in_year', numerator='missing_incidents', numerator_is='sum') }}
),

missing_incidents_per_child as (
    {{ aggregate_metric(
        'missing_incidents_per_child', 'in_year',
        numerator='missing_incidents', numerator_is='sum',
        denominator='was_missing') }}
),

convicted as (
    {{ aggregate_metric(
        'convicted', 'looked_after',
        numerator='is_convicted',
        denominator='is_in_conviction_cohort') }}
),

health_assessment as (
    {{ aggregate_metric(
        'health_assessment', 'looked_after',
        numerator='has_health_assessment',
        denominator='is_in_oc2_cohort') }}
),

dental_check as (
    {{ aggregate_metric(
        'dental_check', 'looked_after',
        numerator='has_dental_check',
        denominator='is_in_oc2_cohort') }}
),

immunisations as (
    {{ aggregate_metric(
        'immunisations', 'looked_after',
        numerator='has_immunisations',
        denominator='is_in_oc2_cohort') }}
),

development_check as (
    {{ aggregate_metric(
        'development_check', 'looked_after',
        numerator='has_development_check',
        denominator='is_in_development_cohort') }}
),

substance_misuse as (
    {{ aggregate_metric(
        'substance_misuse', 'looked_after',
        numerator='has_substance_misuse',
        denominator='is_in_oc2_cohort') }}
),

sdq_score_received as (
    {{ aggregate_metric(
        'sdq_score_received', 'looked_after',
        numerator='has_sdq_score',
        denominator='is_in_sdq_cohort') }}
),

sdq_average as (
    {{ aggregate_metric(
        'sdq_average', 'looked_after',
        numerator='sdq_score', numerator_is='sum',
        denominator='has_sdq_score') }}
),

sdq_cause_for_concern as (
    {{ aggregate_metric(
        'sdq_cause_for_concern', 'looked_after',
        numerator='sdq_score >= 17',
        denominator='has_sdq_score') }}
),

final as (
    {{ all_rows_of([
        'missing_from_placement', 'away_without_authorisation', 'missing_incidents', 'missing_incidents_per_child',
        'convicted', 'health_assessment', 'dental_check', 'immunisations', 'development_check', 'substance_misuse',
        'sdq_score_received', 'sdq_average', 'sdq_cause_for_concern'
    ]) }}
)

select * from final
