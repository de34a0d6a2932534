-- Pseudonymised: no id of the authority's own, no UPN, no date of birth.
with children as (
    select * from {{ ref('int_children__attributes') }}
),

keys as (
    select * from {{ ref('stg_reference__child_keys') }}
),

periods_of_care as (
    select
        la_code,
        child,
        count(*) as periods_of_care,
        min(started_on) as first_started_on
    from {{ ref('int_periods_of_care') }}
    group by la_code, child
),

uasc as (
    select distinct
        la_code,
        child
    from {{ ref('int_uasc__by_year') }}
),

final as (
    select
        keys.child_key,
        children.la_code,
        children.sex,
        children.ethnic as ethnicity_code,
        children.ethnicity_group,
        uasc.child is not null as has_been_uasc,
        children.has_header,
        periods_of_care.first_started_on as first_period_of_care_started_on,
        coalesce(periods_of_care.periods_of_care, 0) as period_of_care_count
    from children
    inner join keys on children.la_code = keys.la_code and children.child = keys.child
    left join periods_of_care on children.la_code = periods_of_care.la_code and children.child = periods_of_care.child
    left join uasc on children.la_code = uasc.la_code and children.child = uasc.child
)

select * from final
