with definitions as (
    select * from {{ ref('metric_definitions') }}
),

final as (
    select
        metric_id,
        section,
        name,
        unit,
        polarity,
        numerator,
        denominator,
        breakdowns,
        definition,
        grade,
        codes_used,
        source,
        dataset,
        source_tables
    from definitions
)

select * from final
