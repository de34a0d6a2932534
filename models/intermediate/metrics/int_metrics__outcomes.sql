with in_year as (
    select * from {{ ref('int_children_looked_after_in_year') }}
),

looked_after as (
    select * from {{ ref('int_children_looked_after') }}
    where period_type = 'financial_year'
),

missing_from_placement as (
    {{ aggregate_metric(
        'missing_from_placement', 'in_year', 'was_missing', denominator='true',
        breakdowns=same_named(['age_band', 'sex', 'ethnicity_group'])) }}
),

away_without_authorisation as (
    {{ aggregate_metric('away_without_authorisation', 'in_year', 'was_away', denominator='true') }}
),

missing_incidents as (
    {{ aggregate_metric('missing_incidents', 'in_year', 'missing_incidents', numerator_is='sum') }}
),

missing_incidents_per_child as (
    {{ aggregate_metric(
        'missing_incidents_per_child', 'in_year', 'missing_incidents', numerator_is='sum', denominator='was_missing') }}
),

convicted as (
    {{ aggregate_metric('convicted', 'looked_after', 'is_convicted', denominator='is_in_conviction_cohort') }}
),

health_assessment as (
    {{ aggregate_metric('health_assessment', 'looked_after', 'has_health_assessment', denominator='is_in_oc2_cohort') }}
),

dental_check as (
    {{ aggregate_metric('dental_check', 'looked_after', 'has_dental_check', denominator='is_in_oc2_cohort') }}
),

immunisations as (
    {{ aggregate_metric('immunisations', 'looked_after', 'has_immunisations', denominator='is_in_oc2_cohort') }}
),

development_check as (
    {{ aggregate_metric(
        'development_check', 'looked_after', 'has_development_check', denominator='is_in_development_cohort') }}
),

substance_misuse as (
    {{ aggregate_metric('substance_misuse', 'looked_after', 'has_substance_misuse', denominator='is_in_oc2_cohort') }}
),

sdq_score_received as (
    {{ aggregate_metric('sdq_score_received', 'looked_after', 'has_sdq_score', denominator='is_in_sdq_cohort') }}
),

sdq_average as (
    {{ aggregate_metric('sdq_average', 'looked_after', 'sdq_score', numerator_is='sum', denominator='has_sdq_score') }}
),

sdq_cause_for_concern as (
    {{ aggregate_metric('sdq_cause_for_concern', 'looked_after', 'sdq_score >= 17', denominator='has_sdq_score') }}
),

final as (
    select * from missing_from_placement
    union all
    select * from away_without_authorisation
    union all
    select * from missing_incidents
    union all
    select * from missing_incidents_per_child
    union all
    select * from convicted
    union all
    select * from health_assessment
    union all
    select * from dental_check
    union all
    select * from immunisations
    union all
    select * from development_check
    union all
    select * from substance_misuse
    union all
    select * from sdq_score_received
    union all
    select * from sdq_average
    union all
    select * from sdq_cause_for_concern
)

select * from final
