with periods as (
    select * from {{ ref('int_iro_periods') }}
),

audits as (
    select * from {{ ref('stg_iro__audits') }}
),

audited as (
    select
        periods.*,
        coalesce(audits.audit_type, 'Unknown') as audit_type,
        {{ open_category('audits.grade') }} as audit_grade
    from periods
    inner join audits
        on
            periods.la_code = audits.la_code
            and audits.audited_on between periods.period_start and periods.period_end
),

-- Written from _int_metrics__quality.yml by scripts/generate_metrics.py, down to the end.
case_tracking_audits as (
    {{ aggregate_metric('case_tracking_audits', 'audited', breakdowns=same_named(['audit_type', 'audit_grade'])) }}
),

final as (
    {{ all_rows_of(['case_tracking_audits']) }}
)

select * from final
