-- What the crosswalks in force say, each once. A line that says that the number is still the same says nothing.
with lines as (
    select * from {{ ref('stg_crosswalk__child_numbers__cleaned') }}
    where is_latest and old_child_id <> new_child_id
),

said as (
    select
        la_code,
        old_child_id,
        new_child_id,
        min(case when is_let_through then 1 else 0 end) = 1 as is_let_through
    from lines
    group by
        la_code,
        old_child_id,
        new_child_id
),

final as (
    select
        *,
        count(*) over (partition by la_code, old_child_id) > 1 as became_two
    from said
)

select * from final
