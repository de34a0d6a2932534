-- Which pairs of the crosswalks hold: those that lead on, where nothing in the records speaks against one child.
with traced as (
    select * from {{ ref('stg_crosswalk__traced') }}
),

numbers as (
    select * from {{ ref('stg_crosswalk__numbers_delivered') }}
),

deliveries as (
    select * from {{ ref('int_deliveries__known') }}
),

present as (
    select * from traced
    where number_now is not null
),

-- All numbers of what is said to be one child.
members as (
    select
        la_code,
        number_now,
        old_child_id as child
    from present
    union
    select
        la_code,
        number_now,
        number_now as child
    from present
),

-- A date of birth may have been put right once, so one that all numbers share is enough.
births as (
    select
        members.la_code,
        members.number_now,
        numbers.dob,
        count(distinct members.child) as children
    from members
    inner join numbers on members.la_code = numbers.la_code and members.child = numbers.child
    where numbers.dob is not null
    group by
        members.la_code,
        members.number_now,
        numbers.dob
),

children_with_birth as (
    select
        members.la_code,
        members.number_now,
        count(distinct members.child) as children
    from members
    inner join numbers on members.la_code = numbers.la_code and members.child = numbers.child
    where numbers.dob is not null
    group by
        members.la_code,
        members.number_now
),

of_one_birth as (
    select distinct
        births.la_code,
        births.number_now
    from births
    inner join children_with_birth
        on
            births.la_code = children_with_birth.la_code
            and births.number_now = children_with_birth.number_now
            and births.children = children_with_birth.children
),

-- What a person has looked into and let through (`cla accept`): all lines of the child, as half a chain is none.
let_through as (
    select
        la_code,
        number_now
    from present
    group by
        la_code,
        number_now
    having min(case when is_let_through then 1 else 0 end) = 1
),

born_differently as (
    select
        children_with_birth.la_code,
        children_with_birth.number_now
    from children_with_birth
    left join of_one_birth
        on
            children_with_birth.la_code = of_one_birth.la_code
            and children_with_birth.number_now = of_one_birth.number_now
    left join let_through
        on
            children_with_birth.la_code = let_through.la_code
            and children_with_birth.number_now = let_through.number_now
    where of_one_birth.number_now is null and let_through.number_now is null
),

episodes as (
    select
        members.la_code,
        members.number_now,
        members.child,
        deliveries.delivery_id,
        {{ try_date(clean_text('delivered.decom')) }} as decom,
        coalesce({{ try_date(clean_text('delivered.dec')) }}, {{ date_literal('9999-12-31') }}) as dec
    from {{ source('ssda903', 'episodes') }} as delivered
    inner join deliveries
        on
            delivered.delivery_id = deliveries.delivery_id
            and delivered.content_hash = deliveries.content_hash
    inner join members
        on
            deliveries.la_code = members.la_code
            and {{ clean_text('delivered.child') }} = members.child
),

-- One return has one number for one child; the returns before and after a migration have the same episodes under two.
in_care_at_once as (
    select distinct
        episodes.la_code,
        episodes.number_now
    from episodes
    inner join episodes as beside
        on
            episodes.delivery_id = beside.delivery_id
            and episodes.number_now = beside.number_now
            and episodes.child < beside.child
            and episodes.decom < beside.dec
            and beside.decom < episodes.dec
),

final as (
    select
        traced.la_code,
        traced.old_child_id,
        traced.new_child_id,
        case
            when traced.failed_rule is not null then traced.failed_rule
            when in_care_at_once.number_now is not null then 'in_care_under_both_numbers:new_child_id'
            when born_differently.number_now is not null then 'born_on_other_days:new_child_id'
        end as failed_rule,
        traced.number_now
    from traced
    left join in_care_at_once
        on traced.la_code = in_care_at_once.la_code and traced.number_now = in_care_at_once.number_now
    left join born_differently
        on traced.la_code = born_differently.la_code and traced.number_now = born_differently.number_now
)

select * from final
