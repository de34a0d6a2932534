-- The two age groups are never pooled: there is no headline over both.
with care_leavers as (
    select * from {{ ref('int_care_leavers') }}
    where care_leaver_age is not null
),

-- Written from _int_metrics__care_leavers.yml by scripts/generate_metrics.py, down to the end.
care_leavers_in_touch as (
    {{ aggregate_metric(
        'care_leavers_in_touch', 'care_leavers',
        numerator='is_in_touch',
        denominator='true',
        breakdowns=same_named(['care_leaver_age'])) }}
),

care_leavers_in_education_employment_training as (
    {{ aggregate_metric(
        'care_leavers_in_education_employment_training', 'care_leavers',
        numerator='is_in_education_employment_training',
        denominator='true',
        breakdowns=same_named(['care_leaver_age'])) }}
),

care_leavers_suitable_accommodation as (
    {{ aggregate_metric(
        'care_leavers_suitable_accommodation', 'care_leavers',
        numerator='is_in_suitable_accommodation',
        denominator='is_in_accommodation_cohort',
        breakdowns=same_named(['care_leaver_age'])) }}
),

final as (
    {{ all_rows_of([
        'care_leavers_in_touch', 'care_leavers_in_education_employment_training',
        'care_leavers_suitable_accommodation'
    ]) }}
)

select * from final
