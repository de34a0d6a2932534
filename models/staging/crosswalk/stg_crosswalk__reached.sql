-- To which numbers each number of the crosswalks leads on. Chains are followed by doubling, as recursive SQL is not
-- portable: after the first round one number leads on to two, then to four. A table of its own, because Spark works a
-- CTE out again for each of its readers, and these double with every round.
{% set rounds = 5 %}

with pairs as (
    select * from {{ ref('stg_crosswalk__pairs') }}
),

reached_0 as (
    select
        la_code,
        old_child_id as child,
        new_child_id as reached
    from pairs
    where not became_two
),

{% for number in range(1, rounds + 1) %}
    {%- set before = 'reached_' ~ (number - 1) %}
    reached_{{ number }} as (
        select
            la_code,
            child,
            reached
        from {{ before }}
        union
        select
            nearer.la_code,
            nearer.child,
            farther.reached
        from {{ before }} as nearer
        inner join {{ before }} as farther on nearer.la_code = farther.la_code and nearer.reached = farther.child
    ),
{% endfor %}

final as (
    select * from reached_{{ rounds }}
)

select * from final
