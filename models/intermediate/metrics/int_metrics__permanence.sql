with ceased as (
    select * from {{ ref('int_children_ceased') }}
),

left_to_permanence as (
    {{ aggregate_metric('left_to_permanence', 'ceased', 'is_to_permanence', denominator='true') }}
),

left_to_legal_permanence as (
    {{ aggregate_metric('left_to_legal_permanence', 'ceased', 'is_to_legal_permanence', denominator='true') }}
),

left_to_planned_permanence as (
    {{ aggregate_metric('left_to_planned_permanence', 'ceased', 'is_to_planned_permanence', denominator='true') }}
),

adoption_months_entry_to_placement as (
    {{ aggregate_metric(
        'adoption_months_entry_to_placement', 'ceased', 'months_to_placement_for_adoption', numerator_is='sum',
        denominator='has_adoption_record and not is_left_censored',
        undetermined='has_adoption_record and is_left_censored') }}
),

final as (
    select * from left_to_permanence
    union all
    select * from left_to_legal_permanence
    union all
    select * from left_to_planned_permanence
    union all
    select * from adoption_months_entry_to_placement
)

select * from final
