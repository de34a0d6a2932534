with ceased as (
    select * from {{ ref('int_children_ceased') }}
),

ceased_looked_after as (
    {{ aggregate_metric(
        'ceased_looked_after', 'ceased',
        breakdowns=same_named(['age_band', 'exit_group', 'exit_reason', 'sex', 'ethnicity_group', 'uasc'])) }}
),

time_in_care_on_leaving as (
    {{ aggregate_metric(
        'time_in_care_on_leaving', 'ceased', denominator='not is_left_censored', undetermined='is_left_censored',
        value=median('months_in_care'), breakdowns=same_named(['exit_group'])) }}
),

final as (
    select * from ceased_looked_after
    union all
    select * from time_in_care_on_leaving
)

select * from final
