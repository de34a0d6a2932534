{{ config(meta={'definition': '11.11, 11.21'}) }}
-- Children under 16, looked after for two and a half years without a break; in the same placement for two years of it,
-- or placed for adoption from a placement that, with the adoptive one, spans two years.
with looked_after as (
    select * from {{ ref('int_looked_after__at_period_end') }}
),

children as (
    select * from {{ ref('int_children__attributes') }}
),

periods_of_care as (
    select * from {{ ref('int_periods_of_care') }}
),

placed as (
    select * from {{ ref('int_episodes__placed') }}
),

spells as (
    select * from {{ ref('int_placement_spells') }}
),

under_16 as (
    select
        looked_after.*,
        periods_of_care.started_on as period_started_on,
        periods_of_care.is_left_censored,
        periods_of_care.started_on <= {{ add_months('looked_after.period_end', -30) }} as is_long_term
    from looked_after
    inner join children
        on looked_after.la_code = children.la_code and looked_after.child = children.child
    inner join periods_of_care
        on
            looked_after.la_code = periods_of_care.la_code
            and looked_after.child = periods_of_care.child
            and looked_after.period_number = periods_of_care.period_number
    where {{ completed_years('children.dob', 'looked_after.period_end') }} between 0 and 15
),

final as (
    select
        under_16.la_code,
        under_16.period_end,
        under_16.child,
        under_16.is_long_term,
        under_16.is_long_term
        and (
            coalesce(spells.started_on <= {{ add_months('under_16.period_end', -24) }}, false)
            or (
                coalesce({{ is_placed_for_adoption('spells.first_place') }}, false)
                and coalesce(spells.previous_started_on <= {{ add_months('under_16.period_end', -24) }}, false)
            )
        ) as is_in_same_placement,
        -- Only a start that is not known and lies after the line leaves the question open.
        under_16.is_left_censored and not under_16.is_long_term as is_undetermined
    from under_16
    left join placed
        on
            under_16.la_code = placed.la_code
            and under_16.child = placed.child
            and under_16.started_on = placed.started_on
    left join spells
        on
            placed.la_code = spells.la_code
            and placed.child = spells.child
            and placed.period_number = spells.period_number
            and placed.spell_number = spells.spell_number
)

select * from final
