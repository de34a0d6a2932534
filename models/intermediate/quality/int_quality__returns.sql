-- Rules on a return as a whole: what it holds, and whether it goes on where the return of the year before ended.
with returns as (
    select * from {{ ref('int_collection_years__delivered') }}
),

deliveries as (
    select * from {{ ref('int_deliveries__current') }}
    where is_current
),

tables_delivered as (
    select * from {{ ref('int_tables__delivered') }}
),

files as (
    select * from {{ ref('stg_landing__files') }}
),

columns_blank as (
    select * from {{ ref('int_columns__blank') }}
),

episodes as (
    select * from {{ ref('stg_ssda903__episodes') }}
),

-- With the first collection year that asks for the table; without episodes there is no return at all.
tables_expected as (
    {% for table_name, first_year in first_collection_years().items() if table_name != 'episodes' %}
        select
            '{{ table_name }}' as table_name,
            {{ first_year }} as first_collection_year
        {{ 'union all' if not loop.last }}
    {% endfor %}
),

-- Codes that a change of the code list turned into others are the same placement.
reappeared as (
    select
        episodes.*,
        {% for column in ['rne', 'ls', 'cin', 'place_provider', 'urn', 'pl_la', 'pl_location'] %}
            episodes.{{ column }} <> year_before.{{ column }} as is_other_{{ column }},
        {% endfor %}
        episodes.place <> year_before.place
        and not {{ code_replaces('episodes.place', 'year_before.place', 'placement_type') }} as is_other_place,
        abs(episodes.pl_distance - year_before.pl_distance) >= 0.2 as is_other_pl_distance
    from episodes
    inner join episodes as year_before
        on
            episodes.la_code = year_before.la_code
            and episodes.child = year_before.child
            and episodes.decom = year_before.decom
            and episodes.collection_year = year_before.collection_year + 1
    where year_before.dec is null
),

-- Files of a table of which no row was accepted: headings alone, or rows that all broke a rule.
tables_without_rows as (
    select distinct
        deliveries.la_code,
        deliveries.collection_year,
        case
            when deliveries.dataset = 'iro' and files.table_name = 'reviews' then 'iro_reviews'
            else files.table_name
        end as table_name
    from files
    inner join deliveries on files.delivery_id = deliveries.delivery_id
    -- A crosswalk's lines are accounted for one by one, and no figure waits for them.
    where files.is_loaded and files.table_name is not null and deliveries.dataset <> 'crosswalk'
),

table_without_rows as (
    select
        {{ quality_issue(
            'table_without_rows', table_from='tables_without_rows.table_name', of='tables_without_rows', has_child=false,
            has_row=false) }}
    from tables_without_rows
    left join tables_delivered
        on
            tables_without_rows.la_code = tables_delivered.la_code
            and tables_without_rows.collection_year = tables_delivered.collection_year
            and tables_without_rows.table_name = tables_delivered.table_name
    where tables_delivered.table_name is null
),

column_without_values as (
    select
        {{ quality_issue(
            'column_without_values', table_from='table_name', column_from='column_name', has_child=false,
            has_row=false) }}
    from columns_blank
),

table_not_delivered as (
    select
        {{ quality_issue(
            'table_not_delivered', table_from='tables_expected.table_name', of='returns', has_child=false,
            has_row=false) }}
    from returns
    inner join tables_expected on returns.collection_year >= tables_expected.first_collection_year
    left join tables_delivered
        on
            returns.la_code = tables_delivered.la_code
            and returns.collection_year = tables_delivered.collection_year
            and tables_expected.table_name = tables_delivered.table_name
    left join tables_without_rows
        on
            returns.la_code = tables_without_rows.la_code
            and returns.collection_year = tables_without_rows.collection_year
            and tables_expected.table_name = tables_without_rows.table_name
    where tables_delivered.table_name is null and tables_without_rows.table_name is null
),

-- Of both datasets, each of which has a table called reviews.
files_that_count as (
    select
        deliveries.la_code,
        deliveries.collection_year,
        files.file_name,
        cast(1 as bigint) as row_number,
        case
            when deliveries.dataset = 'iro' and files.table_name = 'reviews' then 'iro_reviews'
            else files.table_name
        end as table_name,
        files.unknown_columns
    from deliveries
    inner join files on deliveries.delivery_id = files.delivery_id
    where not files.is_rejected and files.unknown_columns <> ''
),

unknown_columns as (
    select
        {{ quality_issue('unknown_columns', table_from='table_name', column_from='unknown_columns', has_child=false) }}
    from files_that_count
),

{% set compared_columns = [
    'rne', 'ls', 'cin', 'place', 'place_provider', 'urn', 'pl_distance', 'pl_la', 'pl_location'
] -%}
{% for column in compared_columns %}
    {{ column }}_not_continued as (
        select {{ quality_issue('continuity_with_prior_return', 'episodes', 'decom', column) }}
        from reappeared
        where is_other_{{ column }}
    ),

{% endfor %}

final as (
    select * from table_not_delivered
    union all
    select * from table_without_rows
    union all
    select * from column_without_values
    union all
    select * from unknown_columns
    {% for column in compared_columns %}
        union all
        select * from {{ column }}_not_continued
    {% endfor %}
)

select * from final
