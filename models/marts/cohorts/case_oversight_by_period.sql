-- Children looked after at the period end, with their rating and what their officer owes them.
with cohort as (
    select * from {{ ref('int_case_oversight') }}
),

child_keys as (
    select * from {{ ref('stg_reference__child_keys') }}
),

final as (
    select
        cohort.la_code,
        cohort.period_type,
        cohort.period_start,
        cohort.period_end,
        child_keys.child_key,
        cohort.iro as iro_key,
        cohort.rag_rating,
        cohort.has_rating,
        cohort.rated_on,
        cohort.last_tracked_on,
        cohort.last_reviewed_on,
        cohort.next_review_due_on,
        cohort.oversight_due_on,
        cohort.is_on_time as is_oversight_on_time,
        cohort.days_overdue as oversight_days_overdue,
        cohort.is_in_consistent_iro_cohort,
        cohort.iros_in_period,
        cohort.has_consistent_iro
    from cohort
    inner join child_keys on cohort.la_code = child_keys.la_code and cohort.child = child_keys.child
)

select * from final
