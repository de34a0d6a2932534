-- Which number a child has in the end, by the pairs that lead from one delivered number to another; and of every other
-- pair why it leads nowhere. Whether the numbers can be one child's is judged in stg_crosswalk__links.
with pairs as (
    select * from {{ ref('stg_crosswalk__pairs') }}
),

numbers as (
    select * from {{ ref('stg_crosswalk__numbers_delivered') }}
),

reached as (
    select * from {{ ref('stg_crosswalk__reached') }}
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

judged as (
    select
        pairs.la_code,
        pairs.old_child_id,
        pairs.new_child_id,
        pairs.is_let_through,
        case
            when pairs.became_two then 'two_new_numbers:new_child_id'
            when ended.child is null then 'numbers_in_circle:new_child_id'
            when led_to.child is null then 'number_never_delivered:old_child_id'
            when leading_on.child is null then 'number_never_delivered:new_child_id'
        end as failed_rule
    from pairs
    left join ended on pairs.la_code = ended.la_code and pairs.old_child_id = ended.child
    left join led_to on pairs.la_code = led_to.la_code and pairs.old_child_id = led_to.child
    left join leading_on on pairs.la_code = leading_on.la_code and pairs.new_child_id = leading_on.child
),

known as (
    select * from judged
    where failed_rule is null
),

-- The end of a chain: a number that a delivery has, and that no pair leads on from.
ends as (
    select
        known.la_code,
        known.old_child_id,
        reached.reached as number_now
    from known
    inner join reached on known.la_code = reached.la_code and known.old_child_id = reached.child
    inner join leading_on on reached.la_code = leading_on.la_code and reached.reached = leading_on.child
    left join known as onward on reached.la_code = onward.la_code and reached.reached = onward.old_child_id
    where onward.old_child_id is null
),

final as (
    select
        judged.la_code,
        judged.old_child_id,
        judged.new_child_id,
        judged.is_let_through,
        judged.failed_rule,
        ends.number_now
    from judged
    left join ends on judged.la_code = ends.la_code and judged.old_child_id = ends.old_child_id
)

select * from final
