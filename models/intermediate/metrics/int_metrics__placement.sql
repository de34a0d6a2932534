with looked_after as (
    select * from {{ ref('int_children_looked_after') }}
),

-- Written from _int_metrics__placement.yml by scripts/generate_metrics.py, down to the end.
placed_over_20_miles as (
    {{ aggregate_metric('placed_over_20_miles', 'looked_after', numerator='is_over_20_miles', denominator='true') }}
),

placed_over_20_miles_outside_authority as (
    {{ aggregate_metric(
        'placed_over_20_miles_outside_authority', 'looked_after',
        numerator='is_over_20_miles_outside_authority',
        denominator='true') }}
),

under_16_unregulated as (
    {{ aggregate_metric('under_16_unregulated', 'looked_after', numerator='is_under_16_unregulated') }}
),

final as (
    {{ all_rows_of([
        'placed_over_20_miles', 'placed_over_20_miles_outside_authority', 'under_16_unregulated'
    ]) }}
)

select * from final
