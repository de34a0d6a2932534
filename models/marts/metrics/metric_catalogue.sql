with definitions as (
    select * from {{ ref('metric_definitions') }}
),

final as (
    select
        metric_id,
        rank,
        section,
        name,
        short_name,
        unit,
        polarity,
        numerator,
        denominator,
        breakdowns,
        definition,
        defined_in,
        grade,
        codes_used,
        source,
        dataset,
        source_tables
    from definitions
)

select * from final
