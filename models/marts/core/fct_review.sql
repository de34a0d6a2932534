with reviews as (
    select * from {{ ref('int_reviews__united') }}
),

schedule as (
    select * from {{ ref('int_reviews__schedule') }}
    where not is_outstanding
),

keys as (
    select * from {{ ref('stg_reference__child_keys') }}
),

days as (
    select * from {{ ref('int_calendar__days') }}
),

staff_keys as (
    select * from {{ ref('stg_reference__iro_keys') }}
),

final as (
    select
        {{ hash_key(['keys.child_key', 'reviews.reviewed_on']) }} as review_key,
        keys.child_key,
        reviews.la_code,
        reviews.reviewed_on,
        staff_keys.iro_key,
        reviews.started_on,
        reviews.completed_on,
        schedule.review_number,
        schedule.review_type,
        schedule.due_on,
        schedule.is_on_time,
        reviews.review_format,
        reviews.participation_code,
        reviews.invitations_sent_on,
        days.working_day_5_after as decisions_due_on,
        reviews.decisions_sent_on,
        days.working_day_20_after as record_due_on,
        reviews.record_completed_on,
        reviews.record_distributed_on,
        reviews.period_number is not null as is_in_care,
        reviews.has_iro_record,
        reviews.has_ssda903_record
    from reviews
    inner join keys on reviews.la_code = keys.la_code and reviews.child = keys.child
    left join days on reviews.reviewed_on = days.date_day
    left join staff_keys on reviews.la_code = staff_keys.la_code and reviews.iro_id = staff_keys.iro_id
    left join schedule
        on
            reviews.la_code = schedule.la_code
            and reviews.child = schedule.child
            and reviews.period_number = schedule.period_number
            and reviews.reviewed_on = schedule.reviewed_on
)

select * from final
