{{ config(meta={'definition': '1, 11.17'}) }}
-- The mid-year estimate of the calendar year before the year end; until it is known, the latest earlier one.
with periods as (
    select * from {{ ref('int_periods__published') }}
),

estimates as (
    select * from {{ ref('int_population__estimates') }}
    {%- if var('as_known_at') %}
        where released_on <= {{ date_literal(var('as_known_at')) }}
    {%- endif %}
),

ranked as (
    select
        periods.la_code,
        periods.period_type,
        periods.period_end,
        estimates.mid_year,
        estimates.population_0_17,
        estimates.released_on,
        row_number() over (
            partition by periods.la_code, periods.period_type, periods.period_end
            order by estimates.mid_year desc, estimates.released_on desc
        ) as recency
    from periods
    inner join estimates
        on
            periods.la_code = estimates.la_code
            and estimates.mid_year <= periods.last_collection_year - 1
),

final as (
    select
        la_code,
        period_type,
        period_end,
        mid_year,
        population_0_17,
        'ONS mid-' || cast(mid_year as string) || ' estimate of children aged 0 to 17, released '
        || cast(released_on as string) as denominator_source
    from ranked
    where recency = 1
)

select * from final
