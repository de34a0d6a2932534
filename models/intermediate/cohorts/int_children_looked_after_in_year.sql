{{ config(meta={'definition': '5, 11.2, 11.15'}) }}
-- The denominator of the missing figures: everyone looked after on any day of the period, with their incidents in it.
with in_period as (
    select * from {{ ref('int_looked_after__in_period') }}
),

children as (
    select * from {{ ref('int_children__attributes') }}
),

incidents as (
    select * from {{ ref('int_missing__incidents') }}
),

-- Carried-over and open incidents count: any day in common with the period.
counted as (
    select
        in_period.la_code,
        in_period.period_type,
        in_period.period_end,
        in_period.child,
        sum(case when {{ code_is('incidents.incident_type', 'missing') }} then 1 else 0 end) as missing_incidents,
        sum(case when incidents.incident_type = 'A' then 1 else 0 end) as away_incidents
    from in_period
    inner join incidents
        on
            in_period.la_code = incidents.la_code
            and in_period.child = incidents.child
            and incidents.started_on <= in_period.period_end
            and (incidents.ended_on is null or incidents.ended_on >= in_period.period_start)
    group by in_period.la_code, in_period.period_type, in_period.period_end, in_period.child
),

aged as (
    select
        in_period.*,
        {{ completed_years('children.dob', 'in_period.period_end') }} as age,
        children.sex,
        children.ethnicity_group
    from in_period
    inner join children
        on in_period.la_code = children.la_code and in_period.child = children.child
),

final as (
    select
        aged.la_code,
        aged.period_type,
        aged.period_start,
        aged.period_end,
        aged.child,
        aged.age,
        {{ age_band('aged.age') }} as age_band,
        aged.sex,
        aged.ethnicity_group,
        coalesce(counted.missing_incidents, 0) as missing_incidents,
        coalesce(counted.missing_incidents > 0, false) as was_missing,
        coalesce(counted.away_incidents, 0) as away_incidents,
        coalesce(counted.away_incidents > 0, false) as was_away
    from aged
    left join counted
        on
            aged.la_code = counted.la_code
            and aged.period_type = counted.period_type
            and aged.period_end = counted.period_end
            and aged.child = counted.child
)

select * from final
