with ceased as (
    select * from {{ ref('int_children_ceased') }}
),

-- Written from _int_metrics__permanence.yml by scripts/generate_metrics.py, down to the end.
left_to_permanence as (
    {{ aggregate_metric('left_to_permanence', 'ceased', numerator='is_to_permanence', denominator='true') }}
),

left_to_legal_permanence as (
    {{ aggregate_metric(
        'left_to_legal_permanence', 'ceased',
        numerator='is_to_legal_permanence',
        denominator='true') }}
),

left_to_planned_permanence as (
    {{ aggregate_metric(
        'left_to_planned_permanence', 'ceased',
        numerator='is_to_planned_permanence',
        denominator='true') }}
),

adoption_months_entry_to_placement as (
    {{ aggregate_metric(
        'adoption_months_entry_to_placement', 'ceased',
        numerator='months_to_placement_for_adoption', numerator_is='sum',
        denominator='has_adoption_record and not is_left_censored',
        undetermined='has_adoption_record and is_left_censored') }}
),

final as (
    {{ all_rows_of([
        'left_to_permanence', 'left_to_legal_permanence', 'left_to_planned_permanence',
        'adoption_months_entry_to_placement'
    ]) }}
)

select * from final
