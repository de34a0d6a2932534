-- Everyone looked after on any day of the period, with their incidents in it.
with cohort as (
    select * from {{ ref('int_children_looked_after_in_year') }}
),

keys as (
    select * from {{ ref('stg_reference__child_keys') }}
),

final as (
    select
        cohort.la_code,
        cohort.period_type,
        cohort.period_start,
        cohort.period_end,
        keys.child_key,
        cohort.age_band,
        cohort.sex,
        cohort.ethnicity_group,
        cast(cohort.missing_incidents as bigint) as missing_incidents,
        cohort.was_missing,
        cast(cohort.away_incidents as bigint) as away_incidents,
        cohort.was_away
    from cohort
    inner join keys on cohort.la_code = keys.la_code and cohort.child = keys.child
)

select * from final
