with counted as (
    select * from {{ ref('suppression_quality') }}
),

final as (
    select
        la_code,
        collection_year,
        delivery_id,
        effect,
        rule_id,
        sentence,
        metrics_affected,
        case when not is_hidden then records end as records,
        case when is_hidden then 'c' else cast(records as string) end as display_value,
        is_hidden as is_suppressed
    from counted
)

select * from final
