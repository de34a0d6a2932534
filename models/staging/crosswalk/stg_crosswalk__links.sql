-- Which lines of the crosswalks hold, and which number a child has in the end.
with lines as (
    select * from {{ ref('stg_crosswalk__child_numbers__cleaned') }}
    where is_latest
),

numbers as (
    select * from {{ ref('stg_crosswalk__numbers_delivered') }}
),

reached as (
    select * from {{ ref('stg_crosswalk__reached') }}
),

present as (
    select * from {{ ref('stg_crosswalk__present') }}
),

deliveries as (
    select * from {{ ref('int_deliveries__known') }}
),

-- A line that says that the number is still the same says nothing.
said as (
    select
        la_code,
        old_child_id,
        new_child_id
    from lines
    where old_child_id <> new_child_id
    group by
        la_code,
        old_child_id,
        new_child_id
),

split_numbers as (
    select
        la_code,
        old_child_id
    from said
    group by
        la_code,
        old_child_id
    having count(*) > 1
),

further as (
    select distinct
        la_code,
        child
    from reached
),

-- Where no chain ends there is a circle.
ended as (
    select distinct
        reached.la_code,
        reached.child
    from reached
    left join further on reached.la_code = further.la_code and reached.reached = further.child
    where further.child is null
),

delivered as (
    select distinct
        la_code,
        child
    from numbers
),

-- Numbers that a delivery has, or that one of a delivery leads to: whoever stands before them can be renumbered.
led_to as (
    select
        la_code,
        child
    from delivered
    union
    select
        reached.la_code,
        reached.reached as child
    from reached
    inner join delivered on reached.la_code = delivered.la_code and reached.child = delivered.child
),

-- Numbers that a delivery has, or that lead to one of a delivery.
leading_on as (
    select
        la_code,
        child
    from delivered
    union
    select
        reached.la_code,
        reached.child
    from reached
    inner join delivered on reached.la_code = delivered.la_code and reached.reached = delivered.child
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
        said.la_code,
        said.old_child_id,
        said.new_child_id,
        case
            when split_numbers.old_child_id is not null then 'two_new_numbers:new_child_id'
            when ended.child is null then 'numbers_in_circle:new_child_id'
            when led_to.child is null then 'number_never_delivered:old_child_id'
            when leading_on.child is null then 'number_never_delivered:new_child_id'
            when in_care_at_once.number_now is not null then 'in_care_under_both_numbers:new_child_id'
            when born_differently.number_now is not null then 'born_on_other_days:new_child_id'
        end as failed_rule,
        present.number_now
    from said
    left join split_numbers on said.la_code = split_numbers.la_code and said.old_child_id = split_numbers.old_child_id
    left join ended on said.la_code = ended.la_code and said.old_child_id = ended.child
    left join led_to on said.la_code = led_to.la_code and said.old_child_id = led_to.child
    left join leading_on on said.la_code = leading_on.la_code and said.new_child_id = leading_on.child
    left join present on said.la_code = present.la_code and said.old_child_id = present.old_child_id
    left join in_care_at_once
        on present.la_code = in_care_at_once.la_code and present.number_now = in_care_at_once.number_now
    left join born_differently
        on present.la_code = born_differently.la_code and present.number_now = born_differently.number_now
)

select * from final
