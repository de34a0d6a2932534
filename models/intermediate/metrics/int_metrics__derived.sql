-- Shares and rates of counts, named after them: <count>_share is each category over the count's headline, <count>_rate
-- the headline over the population.
with counted as (
    select * from {{ ref('int_metrics__counted') }}
),

available as (
    select * from {{ ref('int_metrics__available') }}
),

population as (
    select * from {{ ref('int_population__for_periods') }}
),

headlines as (
    select * from counted
    where breakdown = 'all'
),

shares as (
    select
        counted.la_code,
        counted.period_type,
        counted.period_start,
        counted.period_end,
        available.metric_id,
        counted.breakdown,
        counted.category,
        'percent' as unit,
        counted.numerator,
        headlines.numerator as denominator,
        cast(null as string) as denominator_source
    from counted
    inner join available
        on
            counted.la_code = available.la_code
            and counted.period_type = available.period_type
            and counted.period_end = available.period_end
            and counted.metric_id || '_share' = available.metric_id
            and counted.breakdown = available.breakdown
    inner join headlines
        on
            counted.la_code = headlines.la_code
            and counted.period_type = headlines.period_type
            and counted.period_end = headlines.period_end
            and counted.metric_id = headlines.metric_id
),

rates as (
    select
        headlines.la_code,
        headlines.period_type,
        headlines.period_start,
        headlines.period_end,
        available.metric_id,
        headlines.breakdown,
        headlines.category,
        'rate_per_10000' as unit,
        headlines.numerator,
        cast(population.population_0_17 as double) as denominator,
        population.denominator_source
    from headlines
    inner join available
        on
            headlines.la_code = available.la_code
            and headlines.period_type = available.period_type
            and headlines.period_end = available.period_end
            and headlines.metric_id || '_rate' = available.metric_id
    inner join population
        on
            headlines.la_code = population.la_code
            and headlines.period_type = population.period_type
            and headlines.period_end = population.period_end
),

final as (
    select * from shares
    union all
    select * from rates
)

select * from final
