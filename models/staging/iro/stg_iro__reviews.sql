-- Written from stg_iro__reviews__parsed.sql by scripts/generate_from_specification.py.
with parsed as (
    select * from {{ ref('stg_iro__reviews__parsed') }}
),

accepted as (
    select * from parsed
    where {{ is_accepted(ref('int_iro_extracts__current')) }}
),

latest as {{ latest_by_key('accepted', iro_tables()['reviews']) }},

final as (
    select
        la_code,
        collection_year,
        delivery_id,
        file_name,
        row_number,
        review_id,
        child,
        iro_id,
        scheduled_for,
        started_on,
        completed_on,
        cancelled,
        format,
        participation_code,
        late_reason,
        invitations_sent_on,
        record_completed_on,
        record_distributed_on,
        decisions_sent_on,
        repair_rules
    from latest
)

select * from final
