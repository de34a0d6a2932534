with started as (
    select * from {{ ref('int_children_started') }}
),

started_looked_after as (
    {{ aggregate_metric(
        'started_looked_after', 'started',
        breakdowns=same_named([
            'age_band', 'sex', 'ethnicity_group', 'uasc', 'legal_status_group', 'placement_group',
            'category_of_need'])) }}
),

re_entered_after_permanence as (
    {{ aggregate_metric(
        're_entered_after_permanence', 'started', 'is_re_entry_after_permanence',
        denominator='has_previous_permanence_record') }}
),

taken_into_care as (
    {{ aggregate_metric('taken_into_care', 'started', 'is_taken_into_care') }}
),

final as (
    select * from started_looked_after
    union all
    select * from re_entered_after_permanence
    union all
    select * from taken_into_care
)

select * from final
