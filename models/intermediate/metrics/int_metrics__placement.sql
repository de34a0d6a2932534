with looked_after as (
    select * from {{ ref('int_children_looked_after') }}
),

placed_over_20_miles as (
    {{ aggregate_metric('placed_over_20_miles', 'looked_after', 'is_over_20_miles', denominator='true') }}
),

placed_over_20_miles_outside_authority as (
    {{ aggregate_metric(
        'placed_over_20_miles_outside_authority', 'looked_after', 'is_over_20_miles_outside_authority',
        denominator='true') }}
),

under_16_unregulated as (
    {{ aggregate_metric('under_16_unregulated', 'looked_after', 'is_under_16_unregulated') }}
),

final as (
    select * from placed_over_20_miles
    union all
    select * from placed_over_20_miles_outside_authority
    union all
    select * from under_16_unregulated
)

select * from final
