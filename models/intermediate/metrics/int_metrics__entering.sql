with started as (
    select * from {{ ref('int_children_started') }}
),

-- Written from _int_metrics__entering.yml by scripts/generate_metrics.py, down to the end.
started_looked_after as (
    {{ aggregate_metric(
        'started_looked_after', 'started',
        breakdowns=same_named([
            'age_band', 'sex', 'ethnicity_group', 'uasc', 'legal_status_group', 'placement_group',
            'category_of_need'
        ])) }}
),

re_entered_after_permanence as (
    {{ aggregate_metric(
        're_entered_after_permanence', 'started',
        numerator='is_re_entry_after_permanence',
        denominator='has_previous_permanence_record') }}
),

taken_into_care as (
    {{ aggregate_metric('taken_into_care', 'started', numerator='is_taken_into_care') }}
),

final as (
    {{ all_rows_of(['started_looked_after', 're_entered_after_permanence', 'taken_into_care']) }}
)

select * from final
