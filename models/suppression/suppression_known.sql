-- What readers know of a count from elsewhere: what was given out of it before, and what DfE prints of the authority
-- itself. Of what was given out also what was hidden there: a pattern is kept, for it protects other numbers too.
with figures as (
    select * from {{ ref('suppression_figures') }}
),

given_out as (
    select * from {{ ref('stg_landing__given_out') }}
),

published_values as (
    select * from {{ ref('published_values') }}
    where unit = 'count' and value is not null and symbol is null and la_code is not null
),

-- Rare categories were given out as one: each of them was hidden.
given_out_together as (
    select distinct
        run_id,
        la_code,
        period_end,
        metric_id,
        breakdown
    from given_out
    where category = '{{ categories_together() }}'
),

matched as (
    select
        figures.*,
        given_out.run_id,
        given_out.numerator as given_numerator,
        given_out.denominator as given_denominator,
        given_out.is_suppressed
    from figures
    inner join given_out
        on
            figures.la_code = given_out.la_code
            and figures.period_end = given_out.period_end
            and figures.metric_id = given_out.metric_id
            and figures.breakdown = given_out.breakdown
            and figures.category = given_out.category
    union all
    select
        figures.*,
        given_out_together.run_id,
        cast(null as double) as given_numerator,
        cast(null as double) as given_denominator,
        true as is_suppressed
    from figures
    inner join given_out_together
        on
            figures.la_code = given_out_together.la_code
            and figures.period_end = given_out_together.period_end
            and figures.metric_id = given_out_together.metric_id
            and figures.breakdown = given_out_together.breakdown
    left join given_out
        on
            given_out_together.run_id = given_out.run_id
            and figures.la_code = given_out.la_code
            and figures.period_end = given_out.period_end
            and figures.metric_id = given_out.metric_id
            and figures.breakdown = given_out.breakdown
            and figures.category = given_out.category
    where given_out.run_id is null and figures.breakdown <> 'all'
),

counts_given_out as (
    select
        run_id,
        la_code,
        period_end,
        numerator_measure as measure,
        numerator_breakdown as breakdown,
        numerator_category as category,
        case when not is_suppressed then given_numerator end as value
    from matched
    where numerator is not null
    union all
    select
        run_id,
        la_code,
        period_end,
        denominator_measure as measure,
        denominator_breakdown as breakdown,
        denominator_category as category,
        case when not is_suppressed then given_denominator end as value
    from matched
    where denominator is not null and denominator_measure is not null
),

-- Shown in one table is shown.
of_each_run as (
    select
        run_id,
        la_code,
        period_end,
        measure,
        breakdown,
        category,
        max(value) as value
    from counts_given_out
    group by run_id, la_code, period_end, measure, breakdown, category
),

of_dfe as (
    select distinct
        figures.la_code,
        figures.period_end,
        figures.numerator_measure as measure,
        figures.numerator_breakdown as breakdown,
        figures.numerator_category as category,
        published_values.value
    from figures
    inner join published_values
        on
            figures.la_code = published_values.la_code
            and {{ collection_year_of('figures.period_end') }} = published_values.collection_year
            and figures.metric_id = published_values.metric_id
            and figures.breakdown = published_values.breakdown
            and figures.category = published_values.category
    where figures.unit not in ('mean', 'median_months', 'rate_per_10000')
),

together as (
    select
        la_code,
        period_end,
        measure,
        breakdown,
        category,
        value as value_given_out,
        cast(null as double) as value_of_dfe,
        value is null as is_hidden
    from of_each_run
    union all
    select
        la_code,
        period_end,
        measure,
        breakdown,
        category,
        cast(null as double) as value_given_out,
        value as value_of_dfe,
        false as is_hidden
    from of_dfe
),

final as (
    select
        la_code,
        period_end,
        measure,
        breakdown,
        category,
        min(value_given_out) as lowest_given_out,
        max(value_given_out) as highest_given_out,
        min(coalesce(value_given_out, value_of_dfe)) as lowest_value,
        max(coalesce(value_given_out, value_of_dfe)) as highest_value,
        max(case when is_hidden then 1 else 0 end) = 1 as is_hidden_elsewhere
    from together
    group by la_code, period_end, measure, breakdown, category
)

select * from final
