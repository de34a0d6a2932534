{%- set delivered_columns = [
    'review_id', 'child_id', 'iro_id', 'scheduled_for_text', 'started_on_text', 'completed_on_text', 'cancelled_text',
    'format_text', 'participation_code_text', 'late_reason', 'invitations_sent_on_text', 'record_completed_on_text',
    'record_distributed_on_text', 'decisions_sent_on_text'
] -%}

with staff as {{ staff_listed() }},

authorities_with_staff as {{ authorities_with_staff() }},

format_codes as {{ codes_of('review_format', 'iro_codes') }},

participation_code_codes as {{ codes_of('participation') }},

headers as (
    select * from {{ ref('stg_ssda903__header') }}
),

children as {{ latest_by_key('headers', ssda903_tables()['header']) }},

cleaned as {{ cleaned_rows(source('iro', 'reviews'), delivered_columns) }},

typed as (
    select
        cleaned.*,
        cleaned.child_id as child,
        {{ try_date('cleaned.scheduled_for_text') }} as scheduled_for,
        {{ try_date('cleaned.started_on_text') }} as started_on,
        {{ try_date('cleaned.completed_on_text') }} as completed_on,
        {{ typed_yes_no('cancelled') }},
        {{ decoded('format') }},
        {{ decoded('participation_code') }},
        {{ try_date('cleaned.invitations_sent_on_text') }} as invitations_sent_on,
        {{ try_date('cleaned.record_completed_on_text') }} as record_completed_on_read,
        {{ try_date('cleaned.record_distributed_on_text') }} as record_distributed_on_read,
        {{ try_date('cleaned.decisions_sent_on_text') }} as decisions_sent_on_read,
        children.dob,
        {{ is_unlisted_iro() }}
    from cleaned
    {{ join_codes(['format', 'participation_code']) }}
    {{ join_staff() }}
    left join children on cleaned.la_code = children.la_code and cleaned.child_id = children.child
),

-- The date of a review (definitions 12.1), which no record of it can come before.
dated_reviews as (
    select
        *,
        coalesce(completed_on, started_on) as reviewed_on,
        case when participation_code is null then 0 else 1 end as has_participation_code
    from typed
),

dated as (
    select
        *,
        {{ not_before_review('record_completed_on') }},
        {{ not_before_review('record_distributed_on') }},
        {{ not_before_review('decisions_sent_on') }}
    from dated_reviews
),

ruled as (
    select
        dated.*,
        {{ string_list_of([
            missing_key('review_id'),
            missing_key('child_id'),
            unknown_code('cancelled'),
            unreadable_end_date('started_on'),
            unreadable_end_date('completed_on'),
            impossible_date_order('started_on', 'completed_on'),
            review_before_birth()
        ]) }} as failed_rules,
        {{ string_list_of([
            unreadable_date_nulled('scheduled_for'),
            unknown_code_nulled('format'),
            'format_year_repair',
            unknown_code_nulled('participation_code'),
            'participation_code_year_repair',
            unreadable_date_nulled('invitations_sent_on'),
            date_after_review_nulled('record_completed_on'),
            date_after_review_nulled('record_distributed_on'),
            date_after_review_nulled('decisions_sent_on'),
            unknown_iro()
        ]) }} as repair_rules
    from dated
),

-- Of the rows into which several outcome forms fan one review out, one that knows how the child took part is kept.
duplicates as {{ rejected_duplicates(
    iro_tables()['reviews'], delivered_columns, last_by=['has_participation_code desc']
) }},

final as {{ judged_rows([
    'review_id', 'child', 'iro_id', 'scheduled_for', 'started_on', 'completed_on', 'cancelled', 'format',
    'participation_code', 'late_reason', 'invitations_sent_on', 'record_completed_on', 'record_distributed_on',
    'decisions_sent_on'
], delivered_columns) }}

select * from final
