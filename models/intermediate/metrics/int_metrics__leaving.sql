with ceased as (
    select * from {{ ref('int_children_ceased') }}
),

-- Written from _int_metrics__leaving.yml by scripts/generate_metrics.py, down to the end.
ceased_looked_after as (
    {{ aggregate_metric(
        'ceased_looked_after', 'ceased',
        breakdowns=same_named(['age_band', 'exit_group', 'exit_reason', 'sex', 'ethnicity_group', 'uasc'])) }}
),

time_in_care_on_leaving as (
    {{ aggregate_metric(
        'time_in_care_on_leaving', 'ceased',
        value=median('months_in_care'),
        denominator='not is_left_censored',
        undetermined='is_left_censored',
        breakdowns=same_named(['exit_group'])) }}
),

final as (
    {{ all_rows_of(['ceased_looked_after', 'time_in_care_on_leaving']) }}
)

select * from final
