with caseloads as (
    select * from {{ ref('int_iro_caseloads') }}
),

starters as (
    select * from {{ ref('int_iro_allocation_of_starters') }}
),

oversight as (
    select * from {{ ref('int_case_oversight') }}
),

periods as (
    select * from {{ ref('int_iro_periods') }}
),

workshops as (
    select * from {{ ref('stg_iro__workshops') }}
),

events as (
    select * from {{ ref('stg_iro__participation_events') }}
),

workshops_in_period as (
    select
        periods.*,
        {{ open_category('workshops.audience') }} as audience,
        coalesce(workshops.attendees, 0) as attendees
    from periods
    inner join workshops
        on
            periods.la_code = workshops.la_code
            and workshops.held_on between periods.period_start and periods.period_end
),

events_in_period as (
    select
        periods.*,
        {{ open_category('events.name') }} as event_name,
        coalesce(events.children_attended, 0) as children_attended
    from periods
    inner join events
        on
            periods.la_code = events.la_code
            and events.held_on between periods.period_start and periods.period_end
),

-- Written from _int_metrics__iro_service.yml by scripts/generate_metrics.py, down to the end.
iro_caseload as (
    {{ aggregate_metric(
        'iro_caseload', 'caseloads',
        numerator='children', numerator_is='sum',
        denominator='fte', denominator_is='sum',
        where='has_fte',
        breakdowns={'iro': 'iro_key'}) }}
),

iro_caseload_within_handbook as (
    {{ aggregate_metric(
        'iro_caseload_within_handbook', 'caseloads',
        numerator='is_within_handbook',
        denominator='true') }}
),

iro_full_time_equivalents as (
    {{ aggregate_metric(
        'iro_full_time_equivalents', 'caseloads',
        numerator='coalesce(fte, 0)', numerator_is='sum',
        breakdowns=same_named(['sex', 'ethnicity_group'])) }}
),

iro_headcount as (
    {{ aggregate_metric(
        'iro_headcount', 'caseloads',
        breakdowns=same_named(['sex', 'ethnicity_group', 'employment'])) }}
),

iro_allocated_within_5_working_days as (
    {{ aggregate_metric(
        'iro_allocated_within_5_working_days', 'starters',
        numerator='is_iro_allocated_on_time',
        denominator='is_in_allocation_cohort') }}
),

consistent_iro as (
    {{ aggregate_metric(
        'consistent_iro', 'oversight',
        numerator='has_consistent_iro',
        denominator='is_in_consistent_iro_cohort') }}
),

oversight_rating as (
    {{ aggregate_metric('oversight_rating', 'oversight', breakdowns=same_named(['rag_rating', 'iro'])) }}
),

oversight_on_time as (
    {{ aggregate_metric(
        'oversight_on_time', 'oversight',
        numerator='is_on_time',
        denominator='true',
        where='has_rating',
        breakdowns=same_named(['rag_rating', 'iro'])) }}
),

workshops_held as (
    {{ aggregate_metric('workshops_held', 'workshops_in_period') }}
),

workshop_attendance as (
    {{ aggregate_metric(
        'workshop_attendance', 'workshops_in_period',
        numerator='attendees', numerator_is='sum',
        breakdowns=same_named(['audience'])) }}
),

participation_events_held as (
    {{ aggregate_metric('participation_events_held', 'events_in_period') }}
),

participation_event_attendance as (
    {{ aggregate_metric(
        'participation_event_attendance', 'events_in_period',
        numerator='children_attended', numerator_is='sum',
        breakdowns={'event': 'event_name'}) }}
),

final as (
    {{ all_rows_of([
        'iro_caseload', 'iro_caseload_within_handbook', 'iro_full_time_equivalents', 'iro_headcount',
        'iro_allocated_within_5_working_days', 'consistent_iro', 'oversight_rating', 'oversight_on_time',
        'workshops_held', 'workshop_attendance', 'participation_events_held', 'participation_event_attendance'
    ]) }}
)

select * from final
