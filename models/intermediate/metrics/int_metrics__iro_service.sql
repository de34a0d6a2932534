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

iro_caseload as (
    {{ aggregate_metric(
        'iro_caseload', 'caseloads', 'children', numerator_is='sum', denominator='fte', denominator_is='sum',
        breakdowns={'iro': 'iro_key'}, where='has_fte') }}
),

-- Of everybody in post, as the catalogue has it: one whose full-time equivalent is not known is not shown to be within.
iro_caseload_within_handbook as (
    {{ aggregate_metric('iro_caseload_within_handbook', 'caseloads', 'is_within_handbook', denominator='true') }}
),

iro_full_time_equivalents as (
    {{ aggregate_metric(
        'iro_full_time_equivalents', 'caseloads', 'coalesce(fte, 0)', numerator_is='sum',
        breakdowns=same_named(['sex', 'ethnicity_group'])) }}
),

iro_headcount as (
    {{ aggregate_metric(
        'iro_headcount', 'caseloads', breakdowns=same_named(['sex', 'ethnicity_group', 'employment'])) }}
),

iro_allocated_within_5_working_days as (
    {{ aggregate_metric(
        'iro_allocated_within_5_working_days', 'starters', 'is_iro_allocated_on_time',
        denominator='is_in_allocation_cohort') }}
),

consistent_iro as (
    {{ aggregate_metric(
        'consistent_iro', 'oversight', 'has_consistent_iro', denominator='is_in_consistent_iro_cohort') }}
),

oversight_rating as (
    {{ aggregate_metric('oversight_rating', 'oversight', breakdowns=same_named(['rag_rating', 'iro'])) }}
),

oversight_on_time as (
    {{ aggregate_metric(
        'oversight_on_time', 'oversight', 'is_on_time', denominator='true', where='has_rating',
        breakdowns=same_named(['rag_rating', 'iro'])) }}
),

workshops_held as (
    {{ aggregate_metric('workshops_held', 'workshops_in_period') }}
),

workshop_attendance as (
    {{ aggregate_metric(
        'workshop_attendance', 'workshops_in_period', 'attendees', numerator_is='sum', breakdowns=same_named(['audience'])) }}
),

participation_events_held as (
    {{ aggregate_metric('participation_events_held', 'events_in_period') }}
),

participation_event_attendance as (
    {{ aggregate_metric(
        'participation_event_attendance', 'events_in_period', 'children_attended', numerator_is='sum',
        breakdowns={'event': 'event_name'}) }}
),

final as (
    select * from iro_caseload
    union all
    select * from iro_caseload_within_handbook
    union all
    select * from iro_full_time_equivalents
    union all
    select * from iro_headcount
    union all
    select * from iro_allocated_within_5_working_days
    union all
    select * from consistent_iro
    union all
    select * from oversight_rating
    union all
    select * from oversight_on_time
    union all
    select * from workshops_held
    union all
    select * from workshop_attendance
    union all
    select * from participation_events_held
    union all
    select * from participation_event_attendance
)

select * from final
