with months as (
    select * from {{ ref('metric_months') }}
),

judged as (
    select * from {{ ref('suppression_judged') }}
    where breakdown = 'month'
),

final as (
    select
        months.la_code,
        months.period_start,
        months.period_end,
        months.month_ends_on,
        months.metric_id,
        case when not judged.is_hidden then months.numerator end as numerator,
        case when not judged.is_hidden then months.denominator end as denominator,
        case when not judged.is_hidden then months.value end as value,
        case when judged.is_hidden then 'c' else months.display_value end as display_value,
        months.status,
        months.as_known_at,
        months.is_synthetic,
        judged.is_hidden as is_suppressed
    from months
    inner join judged
        on
            months.la_code = judged.la_code
            and months.period_end = judged.period_end
            and months.metric_id = judged.metric_id
            and cast(months.month_ends_on as string) = judged.category
)

select * from final
