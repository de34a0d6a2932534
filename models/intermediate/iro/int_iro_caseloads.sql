{{ config(meta={'definition': '8, 12.13'}) }}
-- Officers in post at a period's end, with the lowest and the highest of their caseloads at the month ends within it.
with periods as (
    select * from {{ ref('int_iro_periods') }}
),

caseloads as (
    select * from {{ ref('int_iro_caseloads__on_dates') }}
),

ranges as (
    select
        periods.la_code,
        periods.period_type,
        periods.period_end,
        caseloads.iro_id,
        min(caseloads.caseload) as lowest_caseload,
        max(caseloads.caseload) as highest_caseload,
        count(caseloads.caseload) as month_ends
    from periods
    inner join caseloads
        on
            periods.la_code = caseloads.la_code
            and caseloads.as_of_on between periods.period_start and periods.period_end
    where caseloads.is_month_end
    group by periods.la_code, periods.period_type, periods.period_end, caseloads.iro_id
),

final as (
    select
        periods.la_code,
        periods.period_type,
        periods.period_start,
        periods.period_end,
        caseloads.iro_id,
        caseloads.iro_key,
        caseloads.employment,
        caseloads.sex,
        caseloads.ethnicity_group,
        caseloads.fte,
        caseloads.has_fte,
        caseloads.children,
        caseloads.caseload,
        caseloads.is_within_handbook,
        ranges.lowest_caseload,
        ranges.highest_caseload,
        ranges.month_ends
    from periods
    inner join caseloads
        on periods.la_code = caseloads.la_code and periods.period_end = caseloads.as_of_on
    left join ranges
        on
            periods.la_code = ranges.la_code
            and periods.period_type = ranges.period_type
            and periods.period_end = ranges.period_end
            and caseloads.iro_id = ranges.iro_id
)

select * from final
