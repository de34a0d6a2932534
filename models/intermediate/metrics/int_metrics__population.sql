with looked_after as (
    select * from {{ ref('int_children_looked_after') }}
),

in_year as (
    select * from {{ ref('int_children_looked_after_in_year') }}
),

-- Written from _int_metrics__population.yml by scripts/generate_metrics.py, down to the end.
children_looked_after as (
    {{ aggregate_metric(
        'children_looked_after', 'looked_after',
        breakdowns=same_named([
            'age_band', 'sex', 'ethnicity_group', 'uasc', 'legal_status_group', 'placement_group',
            'placement_detail', 'provider_group', 'locality', 'distance_band', 'category_of_need'
        ])) }}
),

looked_after_in_year as (
    {{ aggregate_metric('looked_after_in_year', 'in_year') }}
),

final as (
    {{ all_rows_of(['children_looked_after', 'looked_after_in_year']) }}
)

select * from final
