-- Which metrics and breakdowns can be given for a period: those whose source tables were delivered. A metric of a table
-- that nobody delivered has no row, so that "not delivered" never reads as zero.
with periods as (
    select * from {{ ref('int_periods__published') }}
),

delivered as (
    select * from {{ ref('int_tables__delivered') }}
),

catalogue as (
    select * from {{ ref('metric_definitions') }}
    where dataset = 'ssda903'
),

breakdowns as (
    select * from {{ ref('metric_breakdowns') }}
),

headlines as (
    select
        metric_id,
        'all' as breakdown,
        'default' as variant,
        section,
        source_tables
    from catalogue
    where has_headline
),

broken_down as (
    select
        catalogue.metric_id,
        breakdowns.breakdown,
        breakdowns.variant,
        catalogue.section,
        case
            when breakdowns.source_tables is null then catalogue.source_tables
            else catalogue.source_tables || ';' || breakdowns.source_tables
        end as source_tables
    from catalogue
    inner join breakdowns on catalogue.metric_id = breakdowns.metric_id
),

wanted as (
    select
        metric_id,
        breakdown,
        variant,
        ';' || source_tables || ';' as source_tables,
        length(source_tables) - length(replace(source_tables, ';', '')) + 1 as tables_needed,
        -- What a return holds only once a year can be given for financial years only.
        source_tables like '%oc2%' or source_tables like '%oc3%' or source_tables like '%sw_episodes%' as is_annual,
        -- What happened over a period is told by every return it touches, what is true at its end by the last one.
        section in ('entering', 'leaving', 'permanence') or source_tables like '%missing%' as needs_first_year
    from (
        select * from headlines
        union all
        select * from broken_down
    ) as metrics
),

years_with_all_tables as (
    select
        delivered.la_code,
        delivered.collection_year,
        wanted.metric_id,
        wanted.breakdown,
        wanted.variant,
        wanted.is_annual,
        wanted.needs_first_year
    from delivered
    inner join wanted on wanted.source_tables like '%;' || delivered.table_name || ';%'
    group by
        delivered.la_code,
        delivered.collection_year,
        wanted.metric_id,
        wanted.breakdown,
        wanted.variant,
        wanted.is_annual,
        wanted.needs_first_year,
        wanted.tables_needed
    having count(*) = wanted.tables_needed
),

final as (
    select
        periods.la_code,
        periods.period_type,
        periods.period_start,
        periods.period_end,
        last_year.metric_id,
        last_year.breakdown,
        last_year.variant
    from periods
    inner join years_with_all_tables as last_year
        on
            periods.la_code = last_year.la_code
            and periods.last_collection_year = last_year.collection_year
            and (periods.period_type = 'financial_year' or not last_year.is_annual)
    left join years_with_all_tables as first_year
        on
            periods.la_code = first_year.la_code
            and periods.first_collection_year = first_year.collection_year
            and last_year.metric_id = first_year.metric_id
            and last_year.breakdown = first_year.breakdown
    where first_year.metric_id is not null or not last_year.needs_first_year
)

select * from final
