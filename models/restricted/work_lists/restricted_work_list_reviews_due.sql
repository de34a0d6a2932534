{{ config(meta={'work_list': '1 Reviews due'}) }}
-- Overdue first, then by the day they are due, for twelve weeks.
with coming as (
    select * from {{ ref('int_reviews__coming') }}
),

final as (
    select
        la_code,
        as_of_on,
        case
            when due_on < as_of_on then 'Overdue'
            when due_on <= {{ add_days('as_of_on', 28) }} then 'Within 4 weeks'
            when due_on <= {{ add_days('as_of_on', 56) }} then 'Within 8 weeks'
            else 'Within 12 weeks'
        end as urgency,
        child,
        iro_id,
        review_type,
        due_on,
        {{ days_between('as_of_on', 'due_on') }} as days_left,
        planned_for,
        coalesce(planned_for > due_on, false) as is_planned_too_late,
        last_reviewed_on,
        period_of_care_started_on
    from coming
    where due_on <= {{ add_days('as_of_on', 84) }}
)

select * from final
order by la_code, due_on, child
