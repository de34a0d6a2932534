-- How soon those who enter care leave it to permanence. Each year's entrants are followed for as many months as the
-- returns tell of every one of them, so that no child counts as still in care who is merely not told of yet. Who left
-- otherwise stays among those followed: the curve shows what became of all, and ends below 100 %.
with entrants as (
    select * from {{ ref('int_children_started') }}
    where period_type = 'financial_year'
),

periods_of_care as (
    select * from {{ ref('int_periods_of_care') }}
),

exit_groups as (
    select * from {{ ref('exit_groups') }}
    where is_permanence
),

periods as (
    select * from {{ ref('int_periods__published') }}
    where period_type = 'financial_year'
),

years as (
    select * from {{ ref('int_collection_years__delivered') }}
),

days as (
    select * from {{ ref('int_calendar__days') }}
    where is_month_end
),

observed as (
    select
        la_code,
        max(covers_to) as observed_to
    from years
    group by la_code
),

-- The months that pass between the end of a year of entry and the last day told of, at most five years of them.
followed as (
    select
        periods.la_code,
        periods.period_start,
        periods.period_end,
        periods.status,
        periods.as_known_at,
        periods.is_synthetic,
        row_number() over (
            partition by periods.la_code, periods.period_end
            order by days.date_day
        ) - 1 as months_since_entry
    from periods
    inner join observed on periods.la_code = observed.la_code
    inner join days on days.date_day between periods.period_end and observed.observed_to
),

outcomes as (
    select
        entrants.la_code,
        entrants.period_end,
        entrants.started_on,
        case when exit_groups.exit_reason_code is not null then periods_of_care.ended_on end as to_permanence_on
    from entrants
    inner join periods_of_care
        on
            entrants.la_code = periods_of_care.la_code
            and entrants.child = periods_of_care.child
            and entrants.period_number = periods_of_care.period_number
    left join exit_groups on periods_of_care.rec = exit_groups.exit_reason_code
),

counted as (
    select
        followed.la_code,
        followed.period_start,
        followed.period_end,
        followed.months_since_entry,
        followed.status,
        followed.as_known_at,
        followed.is_synthetic,
        count(*) as denominator,
        sum(
            case
                when outcomes.to_permanence_on <= {{ add_months('outcomes.started_on', 'followed.months_since_entry') }}
                    then 1
                else 0
            end
        ) as numerator
    from followed
    inner join outcomes
        on followed.la_code = outcomes.la_code and followed.period_end = outcomes.period_end
    where followed.months_since_entry <= 60
    group by
        followed.la_code,
        followed.period_start,
        followed.period_end,
        followed.months_since_entry,
        followed.status,
        followed.as_known_at,
        followed.is_synthetic
),

valued as (
    select
        *,
        100.0 * numerator / denominator as value
    from counted
),

final as (
    select
        la_code,
        period_start,
        period_end,
        cast(months_since_entry as integer) as months_since_entry,
        cast(numerator as double) as numerator,
        cast(denominator as double) as denominator,
        cast(value as double) as value,
        {{ shown('value', "'percent'", '0') }} as display_value,
        status,
        as_known_at,
        is_synthetic
    from valued
)

select * from final
