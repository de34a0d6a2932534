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
        source_tables
    from catalogue
    where has_headline
),

broken_down as (
    select
        catalogue.metric_id,
        breakdowns.breakdown,
        breakdowns.variant,
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
        -- Incidents are those of the whole period: every year it touches has to have told of them.
        source_tables like '%missing%' as needs_first_year
    from (
        select * from headlines
        union all
        select * from broken_down
    ) as metrics
),

tables_in_last_year as (
    select
        periods.la_code,
        periods.period_type,
        periods.period_start,
        periods.period_end,
        periods.first_collection_year,
        wanted.metric_id,
        wanted.breakdown,
        wanted.variant,
        wanted.tables_needed,
        wanted.needs_first_year,
        count(*) as tables_delivered
    from periods
    inner join wanted on periods.period_type = 'financial_year' or not wanted.is_annual
    inner join delivered
        on
            periods.la_code = delivered.la_code
            and periods.last_collection_year = delivered.collection_year
            and wanted.source_tables like '%;' || delivered.table_name || ';%'
    group by
        periods.la_code,
        periods.period_type,
        periods.period_start,
        periods.period_end,
        periods.first_collection_year,
        wanted.metric_id,
        wanted.breakdown,
        wanted.variant,
        wanted.tables_needed,
        wanted.needs_first_year
),

final as (
    select
        tables_in_last_year.la_code,
        tables_in_last_year.period_type,
        tables_in_last_year.period_start,
        tables_in_last_year.period_end,
        tables_in_last_year.metric_id,
        tables_in_last_year.breakdown,
        tables_in_last_year.variant
    from tables_in_last_year
    left join delivered
        on
            tables_in_last_year.la_code = delivered.la_code
            and tables_in_last_year.first_collection_year = delivered.collection_year
            and delivered.table_name = 'missing'
    where
        tables_in_last_year.tables_delivered = tables_in_last_year.tables_needed
        and (not tables_in_last_year.needs_first_year or delivered.table_name is not null)
)

select * from final
