-- What staging puts in the place of every former number, in all deliveries known at the build's date.
with links as (
    select * from {{ ref('stg_crosswalk__links') }}
    where failed_rule is null
),

numbers as (
    select * from {{ ref('stg_crosswalk__numbers_delivered') }}
),

members as (
    select
        la_code,
        number_now,
        old_child_id as child
    from links
    union
    select
        la_code,
        number_now,
        number_now as child
    from links
),

-- The number that was delivered first gives the child its key, so that the key outlives the change of system.
ranked as (
    select
        members.la_code,
        members.number_now,
        members.child,
        row_number() over (
            partition by members.la_code, members.number_now order by min(numbers.extracted_on), members.child
        ) as place
    from members
    inner join numbers on members.la_code = numbers.la_code and members.child = numbers.child
    group by
        members.la_code,
        members.number_now,
        members.child
),

final as (
    select
        links.la_code,
        links.old_child_id,
        links.number_now,
        ranked.child as first_number
    from links
    inner join ranked on links.la_code = ranked.la_code and links.number_now = ranked.number_now
    where ranked.place = 1
)

select * from final
