with counted as (
    select * from {{ ref('int_metrics__counted') }}
),

derived as (
    select * from {{ ref('int_metrics__derived') }}
),

periods as (
    select * from {{ ref('int_periods__published') }}
),

catalogue as (
    select * from {{ ref('metric_definitions') }}
),

deliveries as (
    select * from {{ ref('int_deliveries__current') }}
),

authorities as (
    select * from {{ ref('dim_authority') }}
),

-- A period is the return's; a metric of the reviewing officers' service rests on its extracts as well.
iro_extracts as (
    select
        periods.la_code,
        periods.period_type,
        periods.period_end,
        max(deliveries.extracted_on) as as_known_at,
        max(case when deliveries.status = 'final' then 0 else 1 end) = 1 as is_provisional,
        max(case when deliveries.is_synthetic then 1 else 0 end) = 1 as is_synthetic
    from periods
    inner join deliveries
        on
            periods.la_code = deliveries.la_code
            and deliveries.collection_year between periods.first_collection_year and periods.last_collection_year
    where deliveries.dataset = 'iro' and deliveries.is_current
    group by periods.la_code, periods.period_type, periods.period_end
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
        cast(null as string) as denominator_source,
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

described as (
    select
        figures.*,
        catalogue.decimals,
        catalogue.dataset like '%iro%' as is_of_iro_service
    from figures
    inner join catalogue on figures.metric_id = catalogue.metric_id
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
    from described
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
            else {{ shown('valued.value', 'valued.unit', 'valued.decimals') }}
        end as display_value,
        valued.denominator_source,
        valued.undetermined,
        case
            when valued.is_of_iro_service and coalesce(iro_extracts.is_provisional, false) then 'provisional'
            else periods.status
        end as status,
        case
            when valued.is_of_iro_service and iro_extracts.as_known_at > periods.as_known_at
                then iro_extracts.as_known_at
            else periods.as_known_at
        end as as_known_at,
        periods.is_synthetic
        or (valued.is_of_iro_service and coalesce(iro_extracts.is_synthetic, false)) as is_synthetic
    from valued
    inner join periods
        on
            valued.la_code = periods.la_code
            and valued.period_type = periods.period_type
            and valued.period_end = periods.period_end
    inner join authorities on valued.la_code = authorities.la_code
    left join iro_extracts
        on
            valued.la_code = iro_extracts.la_code
            and valued.period_type = iro_extracts.period_type
            and valued.period_end = iro_extracts.period_end
)

select * from final
