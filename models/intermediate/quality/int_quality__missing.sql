-- Rules on incidents of going missing or being away without authorisation.
with incidents as (
    select * from {{ ref('int_missing__incidents') }}
),

delivered as (
    select * from {{ ref('stg_ssda903__missing') }}
),

periods_of_care as (
    select * from {{ ref('int_periods_of_care') }}
),

tables_delivered as (
    select * from {{ ref('int_tables__delivered') }}
    where table_name = 'missing'
),

examined as (
    select
        delivered.la_code,
        delivered.collection_year,
        delivered.child,
        delivered.file_name,
        delivered.row_number,
        incidents.incident_type,
        incidents.started_on,
        incidents.ended_on,
        max(coalesce(incidents.ended_on, {{ date_literal('9999-12-31') }})) over (
            partition by incidents.la_code, incidents.child
            order by incidents.started_on, incidents.incident_type rows between unbounded preceding and 1 preceding
        ) as latest_end_before
    from incidents
    inner join delivered
        on
            incidents.la_code = delivered.la_code
            and incidents.child = delivered.child
            and incidents.incident_type = delivered.missing
            and incidents.started_on = delivered.mis_start
            and incidents.last_collection_year = delivered.collection_year
),

-- In care on any day of the incident, the day of leaving included; and still in care after the last such period began.
in_care as (
    select
        examined.la_code,
        examined.child,
        examined.incident_type,
        examined.started_on,
        max(case when periods_of_care.ended_on is null then 1 else 0 end) as is_still_in_care
    from examined
    inner join periods_of_care
        on
            examined.la_code = periods_of_care.la_code
            and examined.child = periods_of_care.child
            and (examined.ended_on is null or examined.ended_on >= periods_of_care.started_on)
            and (periods_of_care.ended_on is null or examined.started_on <= periods_of_care.ended_on)
    group by examined.la_code, examined.child, examined.incident_type, examined.started_on
),

judged as (
    select
        examined.*,
        in_care.child is not null as is_in_care,
        coalesce(in_care.is_still_in_care, 0) = 1 as is_still_in_care
    from examined
    left join in_care
        on
            examined.la_code = in_care.la_code
            and examined.child = in_care.child
            and examined.incident_type = in_care.incident_type
            and examined.started_on = in_care.started_on
),

missing_incidents_overlap as (
    select {{ quality_issue('missing_incidents_overlap', 'missing', 'started_on', 'mis_start') }}
    from judged
    where latest_end_before > started_on
),

missing_incident_outside_care as (
    select {{ quality_issue('missing_incident_outside_care', 'missing', 'started_on', 'mis_start') }}
    from judged
    where not is_in_care
),

missing_incident_open_after_leaving as (
    select {{ quality_issue('missing_incident_open_after_leaving', 'missing', 'started_on', 'mis_end') }}
    from judged
    where ended_on is null and is_in_care and not is_still_in_care
),

missing_incident_not_continued as (
    select {{ quality_issue('missing_incident_not_continued', 'missing', 'judged.started_on', 'mis_end', of='judged') }}
    from judged
    inner join tables_delivered
        on
            judged.la_code = tables_delivered.la_code
            and judged.collection_year + 1 = tables_delivered.collection_year
    where judged.ended_on is null
),

final as (
    {{ all_rows_of([
        'missing_incidents_overlap', 'missing_incident_outside_care', 'missing_incident_open_after_leaving',
        'missing_incident_not_continued'
    ]) }}
)

select * from final
