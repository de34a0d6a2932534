-- Rules on unaccompanied asylum-seeking children.
with uasc as (
    select * from {{ ref('stg_ssda903__uasc') }}
),

children as (
    select * from {{ ref('int_children__attributes') }}
),

-- On the 18th birthday itself is in time.
uasc_end_after_18 as (
    select {{ quality_issue('uasc_end_after_18', 'uasc', 'uasc.duc', 'duc', of='uasc') }}
    from uasc
    left join children
        on uasc.la_code = children.la_code and uasc.child = children.child
    where {{ completed_years('coalesce(children.dob, uasc.dob)', add_days('uasc.duc', -1)) }} >= 18
),

final as (
    select * from uasc_end_after_18
)

select * from final
