with periods_of_care as (
    select * from {{ ref('int_periods_of_care') }}
),

children as (
    select * from {{ ref('int_children__attributes') }}
),

keys as (
    select * from {{ ref('stg_reference__child_keys') }}
),

final as (
    select
        {{ hash_key(['keys.child_key', 'periods_of_care.started_on']) }} as period_of_care_key,
        keys.child_key,
        periods_of_care.la_code,
        cast(periods_of_care.period_number as bigint) as period_number,
        periods_of_care.started_on,
        {{ day_shown('periods_of_care.ended_on', 'children.dob') }} as ended_on,
        periods_of_care.rec as exit_reason_code,
        periods_of_care.cin as category_of_need_code,
        periods_of_care.is_left_censored,
        periods_of_care.is_implied_end
    from periods_of_care
    inner join keys on periods_of_care.la_code = keys.la_code and periods_of_care.child = keys.child
    left join children on periods_of_care.la_code = children.la_code and periods_of_care.child = children.child
)

select * from final
