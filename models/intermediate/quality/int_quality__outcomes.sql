-- Rules on health and offending (OC2): who should have a record, and which answers belong in it at which age.
with oc2 as (
    select * from {{ ref('stg_ssda903__oc2') }}
),

cohort as (
    select * from {{ ref('int_oc2_cohort') }}
),

children as (
    select * from {{ ref('int_children__attributes') }}
),

periods as (
    select * from {{ ref('int_periods__published') }}
    where period_type = 'financial_year'
),

returns_with_oc2 as (
    select
        la_code,
        collection_year
    from {{ ref('int_tables__delivered') }}
    where table_name = 'oc2'
),

cohort_by_year as (
    select
        cohort.la_code,
        periods.last_collection_year as collection_year,
        cohort.child,
        cohort.period_end,
        cohort.has_oc2_row
    from cohort
    inner join periods on cohort.la_code = periods.la_code and cohort.period_end = periods.period_end
),

records as (
    select
        oc2.*,
        periods.period_end is not null as is_year_published,
        cohort_by_year.child is not null as is_in_cohort,
        {{ last_day_of_collection_year('oc2.collection_year') }} as year_ends_on,
        {{ completed_years('children.dob', first_day_of_collection_year('oc2.collection_year')) }} as age_at_start,
        {{ completed_years('children.dob', last_day_of_collection_year('oc2.collection_year')) }} as age
    from oc2
    left join children
        on oc2.la_code = children.la_code and oc2.child = children.child
    left join periods
        on oc2.la_code = periods.la_code and oc2.collection_year = periods.last_collection_year
    left join cohort_by_year
        on
            oc2.la_code = cohort_by_year.la_code
            and oc2.collection_year = cohort_by_year.collection_year
            and oc2.child = cohort_by_year.child
),

oc2_row_missing as (
    select
        {{ quality_issue('oc2_row_missing', 'oc2', 'cohort_by_year.period_end', of='cohort_by_year', has_row=false) }}
    from cohort_by_year
    inner join returns_with_oc2
        on
            cohort_by_year.la_code = returns_with_oc2.la_code
            and cohort_by_year.collection_year = returns_with_oc2.collection_year
    where not cohort_by_year.has_oc2_row
),

oc2_cohort_not_expected as (
    select {{ quality_issue('oc2_cohort_not_expected', 'oc2', 'year_ends_on') }}
    from records
    where is_year_published and not is_in_cohort
),

{% set answers = {
    'immunisations': 'true', 'teeth_check': 'true', 'health_assessment': 'true', 'substance_misuse': 'true',
    'convicted': 'age >= 10', 'health_check': 'age between 0 and 4'
} -%}
{% for column, condition in answers.items() %}
    {{ column }}_missing as (
        select {{ quality_issue('oc2_answer_missing', 'oc2', 'year_ends_on', column) }}
        from records
        where is_in_cohort and {{ column }} is null and {{ condition }}
    ),

{% endfor %}

convicted_under_10 as (
    select {{ quality_issue('convicted_under_10', 'oc2', 'year_ends_on', 'convicted') }}
    from records
    where convicted is not null and age < 10
),

health_check_over_5 as (
    select {{ quality_issue('health_check_over_5', 'oc2', 'year_ends_on', 'health_check') }}
    from records
    where health_check is not null and age >= 5
),

sdq_reason_missing as (
    select {{ quality_issue('sdq_reason_missing', 'oc2', 'year_ends_on', 'sdq_reason') }}
    from records
    where is_in_cohort and age_at_start >= 4 and age < 17 and sdq_score is null and sdq_reason is null
),

sdq_score_and_reason as (
    select {{ quality_issue('sdq_score_and_reason', 'oc2', 'year_ends_on', 'sdq_reason') }}
    from records
    where sdq_score is not null and sdq_reason is not null
),

intervention_received_unfit as (
    select {{ quality_issue('substance_misuse_intervention', 'oc2', 'year_ends_on', 'intervention_received') }}
    from records
    where (coalesce(substance_misuse, 0) = 1) <> (intervention_received is not null)
),

-- Whether an intervention was offered is asked only where none was received.
intervention_offered_unfit as (
    select {{ quality_issue('substance_misuse_intervention', 'oc2', 'year_ends_on', 'intervention_offered') }}
    from records
    where
        (coalesce(substance_misuse, 0) = 1 and coalesce(intervention_received, 1) = 0)
        <> (intervention_offered is not null)
),

final as (
    {{ all_rows_of([
        'oc2_row_missing', 'oc2_cohort_not_expected', 'immunisations_missing', 'teeth_check_missing',
        'health_assessment_missing', 'substance_misuse_missing', 'convicted_missing', 'health_check_missing',
        'convicted_under_10', 'health_check_over_5', 'sdq_reason_missing', 'sdq_score_and_reason',
        'intervention_received_unfit', 'intervention_offered_unfit'
    ]) }}
)

select * from final
