with reviews as (
    select * from {{ ref('int_reviews') }}
),

children as (
    select * from {{ ref('int_children_reviewed') }}
),

-- Written from _int_metrics__reviews.yml by scripts/generate_metrics.py, down to the end.
reviews_on_time as (
    {{ aggregate_metric(
        'reviews_on_time', 'reviews',
        numerator='is_on_time',
        denominator='is_due',
        undetermined='is_undetermined',
        where='is_due or is_undetermined',
        breakdowns={
            'review_type': 'review_type', 'iro': 'iro_key', 'age_band': 'age_band', 'sex': 'sex',
            'ethnicity_group': 'ethnicity_group'
        }) }}
),

reviews_held as (
    {{ aggregate_metric(
        'reviews_held', 'reviews',
        numerator='is_held',
        where='is_held',
        breakdowns={'review_type': 'review_type', 'review_format': 'review_format', 'iro': 'iro_key'}) }}
),

reviews_held_on_time as (
    {{ aggregate_metric(
        'reviews_held_on_time', 'reviews',
        numerator='is_held_on_time',
        denominator='is_held_with_known_due',
        undetermined='is_undetermined',
        where='is_held',
        breakdowns={'review_type': 'review_type', 'iro': 'iro_key'}) }}
),

children_reviewed_on_time as (
    {{ aggregate_metric(
        'children_reviewed_on_time', 'children',
        numerator='has_all_reviews_on_time',
        denominator='is_in_timeliness_cohort') }}
),

reviews_late_reasons as (
    {{ aggregate_metric(
        'reviews_late_reasons', 'reviews',
        numerator='is_late',
        where='is_late',
        breakdowns=same_named(['late_reason'])) }}
),

invitations_on_time as (
    {{ aggregate_metric(
        'invitations_on_time', 'reviews',
        numerator='is_invited_on_time',
        denominator='is_held',
        where='is_held') }}
),

review_records_distributed_on_time as (
    {{ aggregate_metric(
        'review_records_distributed_on_time', 'reviews',
        numerator='is_record_on_time',
        denominator='is_record_limit_past',
        where='is_record_limit_past',
        breakdowns={'iro': 'iro_key'}) }}
),

review_decisions_on_time as (
    {{ aggregate_metric(
        'review_decisions_on_time', 'reviews',
        numerator='is_decision_on_time',
        denominator='is_decision_limit_past',
        where='is_decision_limit_past',
        breakdowns={'iro': 'iro_key'}) }}
),

pre_review_consultations as (
    {{ aggregate_metric(
        'pre_review_consultations', 'reviews',
        numerator='has_child_consultation',
        denominator='is_consultation_expected',
        where='is_consultation_expected',
        breakdowns={'iro': 'iro_key'}) }}
),

final as (
    {{ all_rows_of([
        'reviews_on_time', 'reviews_held', 'reviews_held_on_time', 'children_reviewed_on_time',
        'reviews_late_reasons', 'invitations_on_time', 'review_records_distributed_on_time',
        'review_decisions_on_time', 'pre_review_consultations'
    ]) }}
)

select * from final
