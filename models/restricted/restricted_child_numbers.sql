-- For whoever looks for a child in the former system, and for `cla erase`, which must know all numbers of one child.
with renumbered as (
    select * from {{ ref('stg_crosswalk__children') }}
),

final as (
    select
        la_code,
        old_child_id,
        number_now as new_child_id
    from renumbered
)

select * from final
