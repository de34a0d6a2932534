with counted as (
    select * from {{ ref('int_metrics__counted') }}
),

derived as (
    select * from {{ ref('int_metrics__derived') }}
),

periods as (
    select * from {{ ref('int_periods__published') }}
),

authorities as (
    select * from {{ ref('dim_authority') }}
),

figures as (
    select
        la_code,
        period_type,
        period_start,
        period_end,
        metric_id,
        breakdown,
        category,
        unit,
        numerator,
        denominator,
        value_given,
        cast(null as varchar) as denominator_source,
        undetermined
    from counted
    union all
    select
        la_code,
        period_type,
        period_start,
        period_end,
        metric_id,
        breakdown,
        category,
        unit,
        numerator,
        denominator,
        cast(null as double) as value_given,
        denominator_source,
        cast(null as bigint) as undetermined
    from derived
),

-- The multiplication comes first: rounding of the quotient then meets exact halves.
valued as (
    select
        *,
        case
            when unit = 'median_months' then value_given
            when denominator is null then numerator
            when denominator = 0 then null
            when unit = 'percent' then 100.0 * numerator / denominator
            when unit = 'rate_per_10000' then 10000.0 * numerator / denominator
            else numerator / denominator
        end as value
    from figures
),

final as (
    select
        valued.la_code,
        authorities.la_name,
        valued.period_type,
        valued.period_start,
        valued.period_end,
        valued.metric_id,
        valued.breakdown,
        valued.category,
        valued.numerator,
        valued.denominator,
        cast(valued.value as double) as value,
        case
            when valued.value is null then 'z'
            when
                valued.unit in ('percent', 'rate_per_10000')
                and valued.value > 0
                and {{ half_up('valued.value', 0) }} = 0
                then 'k'
            when valued.unit in ('mean', 'median_months') then cast({{ half_up('valued.value', 1) }} as varchar)
            else cast({{ half_up('valued.value', 0) }} as varchar)
        end as display_value,
        valued.denominator_source,
        valued.undetermined,
        periods.status,
        periods.as_known_at,
        periods.is_synthetic
    from valued
    inner join periods
        on
            valued.la_code = periods.la_code
            and valued.period_type = periods.period_type
            and valued.period_end = periods.period_end
    inner join authorities on valued.la_code = authorities.la_code
)

select * from final
