/*
  The numerator of a rate is the unrounded headline count of the same period, its denominator a named population.
  Catches: a rate of a rounded count, and a population of another authority or vintage that says nothing of itself.
*/
with rates as (
    select * from {{ ref('metric_values') }}
    where metric_id like '%^_rate' escape '^'
),

counts as (
    select * from {{ ref('metric_values') }}
    where breakdown = 'all'
)

select
    rates.la_code,
    rates.period_type,
    rates.period_end,
    rates.metric_id,
    rates.numerator,
    counts.numerator as counted,
    rates.denominator,
    rates.denominator_source
from rates
left join counts
    on
        rates.la_code = counts.la_code
        and rates.period_type = counts.period_type
        and rates.period_end = counts.period_end
        and rates.metric_id = counts.metric_id || '_rate'
left join {{ ref('int_population__estimates') }} as estimates
    on
        rates.la_code = estimates.la_code
        and rates.denominator = estimates.population_0_17
        and rates.denominator_source like '%mid-' || cast(estimates.mid_year as string) || ' %'
        and estimates.mid_year < {{ collection_year_of('rates.period_end') }}
where
    counts.numerator is null
    or rates.numerator <> counts.numerator
    or estimates.mid_year is null
