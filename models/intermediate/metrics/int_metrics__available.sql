{{ config(meta={'definition': '11.20, 12.17'}) }}
-- Which metrics and breakdowns can be given for a period: those whose source tables were delivered and cover it. A
-- metric of a table that nobody delivered has no row, so that "not delivered" never reads as zero; nor has one of a
-- column in which nothing stands.
with periods as (
    select * from {{ ref('int_periods__published') }}
),

delivered as (
    select
        la_code,
        collection_year,
        table_name,
        covers_to
    from {{ ref('int_tables__delivered') }}
),

columns_blank as (
    select * from {{ ref('int_columns__blank') }}
),

catalogue as (
    select * from {{ ref('metric_definitions') }}
),

breakdowns as (
    select * from {{ ref('metric_breakdowns') }}
),

-- Reviews are told by the return and by the reviewing officers' service; for many metrics either will do.
tables as (
    select * from delivered
    where table_name <> 'reviews'
    union all
    select
        la_code,
        collection_year,
        'reviews' as table_name,
        max(covers_to) as covers_to
    from delivered
    where table_name in ('reviews', 'iro_reviews')
    group by la_code, collection_year
),

headlines as (
    select
        metric_id,
        'all' as breakdown,
        'default' as variant,
        measured,
        source_tables
    from catalogue
    where has_headline
),

broken_down as (
    select
        catalogue.metric_id,
        breakdowns.breakdown,
        breakdowns.variant,
        catalogue.measured,
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
        measured,
        ';' || source_tables || ';' as source_tables,
        length(source_tables) - length(replace(source_tables, ';', '')) + 1 as tables_needed
    from (
        select * from headlines
        union all
        select * from broken_down
    ) as metrics
),

years_with_all_tables as (
    select
        tables.la_code,
        tables.collection_year,
        wanted.metric_id,
        wanted.breakdown,
        wanted.variant,
        wanted.measured,
        -- An extract of the reviewing officers' service may end earlier than the return it stands beside.
        min(tables.covers_to) as covers_to
    from tables
    inner join wanted on wanted.source_tables like '%;' || tables.table_name || ';%'
    group by
        tables.la_code,
        tables.collection_year,
        wanted.metric_id,
        wanted.breakdown,
        wanted.variant,
        wanted.measured,
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
            and periods.period_end <= last_year.covers_to
            and (periods.period_type = 'financial_year' or last_year.measured <> 'over_financial_year')
    left join years_with_all_tables as first_year
        on
            periods.la_code = first_year.la_code
            and periods.first_collection_year = first_year.collection_year
            and last_year.metric_id = first_year.metric_id
            and last_year.breakdown = first_year.breakdown
    left join columns_blank
        on
            periods.la_code = columns_blank.la_code
            and periods.last_collection_year = columns_blank.collection_year
            and last_year.metric_id = columns_blank.metric_id
    where
        columns_blank.metric_id is null
        and (
            last_year.measured <> 'over_period'
            or periods.first_collection_year = periods.last_collection_year
            or first_year.covers_to = {{ last_day_of_collection_year('periods.first_collection_year') }}
        )
)

select * from final
