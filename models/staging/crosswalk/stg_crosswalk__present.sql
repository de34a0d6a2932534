-- Which number a child has in the end, by the lines that lead from one delivered number to another. Whether the numbers
-- can be one child's is judged in stg_crosswalk__links.
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

-- A line that says that the number is still the same says nothing.
said as (
    select
        la_code,
        old_child_id,
        new_child_id,
        min(case when is_let_through then 1 else 0 end) = 1 as is_let_through
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

steps as (
    select said.*
    from said
    left join split_numbers on said.la_code = split_numbers.la_code and said.old_child_id = split_numbers.old_child_id
    where split_numbers.old_child_id is null
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

known as (
    select steps.*
    from steps
    inner join ended on steps.la_code = ended.la_code and steps.old_child_id = ended.child
    inner join led_to on steps.la_code = led_to.la_code and steps.old_child_id = led_to.child
    inner join leading_on on steps.la_code = leading_on.la_code and steps.new_child_id = leading_on.child
),

present as (
    select
        known.la_code,
        known.old_child_id,
        known.new_child_id,
        known.is_let_through,
        reached.reached as number_now
    from known
    inner join reached
        on known.la_code = reached.la_code and known.old_child_id = reached.child
    inner join leading_on on reached.la_code = leading_on.la_code and reached.reached = leading_on.child
    left join known as further on reached.la_code = further.la_code and reached.reached = further.old_child_id
    where further.old_child_id is null
)

select * from present
