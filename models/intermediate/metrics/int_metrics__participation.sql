with reviews as (
    select * from {{ ref('int_reviews') }}
    where is_held
),

children as (
    select * from {{ ref('int_children_reviewed') }}
),

periods as (
    select * from {{ ref('int_periods__published') }}
),

all_consultations as (
    select * from {{ ref('stg_iro__pre_review_consultations') }}
),

consultations as (
    select
        periods.la_code,
        periods.period_type,
        periods.period_start,
        periods.period_end,
        coalesce(all_consultations.advocacy_discussed = 'Y', false) as is_advocacy_discussed
    from periods
    inner join all_consultations
        on
            periods.la_code = all_consultations.la_code
            and all_consultations.consulted_on between periods.period_start and periods.period_end
    where all_consultations.consulted = 'CHILD'
),

-- One review may have been preceded by both, so each kind is counted over all reviews.
parents_or_carers_consulted_by_kind as (
    {% for consulted, flag in [('PARENT', 'has_parent_consultation'), ('CARER', 'has_carer_consultation')] %}
        select
            la_code,
            period_type,
            period_start,
            period_end,
            metric_id,
            'consulted' as breakdown,
            '{{ consulted }}' as category,
            numerator,
            denominator,
            value_given,
            undetermined
        from (
            {{ aggregate_metric('parents_or_carers_consulted', 'reviews', flag, denominator='true') }}
        ) as {{ consulted | lower }}
        {{ 'union all' if not loop.last }}
    {% endfor %}
),

-- Written from _int_metrics__participation.yml by scripts/generate_metrics.py, down to the end.
review_participation_codes as (
    {{ aggregate_metric(
        'review_participation_codes', 'reviews',
        where='participation_code is not null',
        breakdowns=same_named(['participation_code'])) }}
),

review_participation as (
    {{ aggregate_metric(
        'review_participation', 'reviews',
        numerator='has_participation',
        denominator='is_coded',
        where='is_coded',
        breakdowns={'age_band': 'age_band', 'sex': 'sex', 'ethnicity_group': 'ethnicity_group', 'iro': 'iro_key'}) }}
),

children_participating as (
    {{ aggregate_metric(
        'children_participating', 'children',
        numerator='has_participated_in_all',
        denominator='is_in_participation_cohort') }}
),

review_attendance as (
    {{ aggregate_metric(
        'review_attendance', 'reviews',
        numerator='has_attendance',
        denominator='is_coded',
        where='is_coded',
        breakdowns={'age_band': 'age_band', 'sex': 'sex', 'ethnicity_group': 'ethnicity_group', 'iro': 'iro_key'}) }}
),

reviews_with_advocate as (
    {{ aggregate_metric('reviews_with_advocate', 'reviews', numerator='has_advocate') }}
),

advocacy_discussed as (
    {{ aggregate_metric(
        'advocacy_discussed', 'consultations',
        numerator='is_advocacy_discussed',
        denominator='true') }}
),

parents_or_carers_consulted as (
    {{ aggregate_metric(
        'parents_or_carers_consulted', 'reviews',
        numerator='has_parent_or_carer_consultation',
        denominator='true') }}
),

final as (
    {{ all_rows_of([
        'review_participation_codes', 'review_participation', 'children_participating', 'review_attendance',
        'reviews_with_advocate', 'advocacy_discussed', 'parents_or_carers_consulted',
        'parents_or_carers_consulted_by_kind'
    ]) }}
)

select * from final
