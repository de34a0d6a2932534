-- Rules on whether the files of one return agree on who its children are. A return without a Header at all is one row
-- of table_not_delivered, not a row for every child.
with headers as (
    select * from {{ ref('stg_ssda903__header') }}
),

returns_with_header as (
    select
        la_code,
        collection_year
    from {{ ref('int_tables__delivered') }}
    where table_name = 'header'
),

episodes as (
    select * from {{ ref('stg_ssda903__episodes') }}
),

uasc as (
    select * from {{ ref('stg_ssda903__uasc') }}
),

other_rows as (
    {% for table_name in tables_with_date_of_birth() %}
        select
            la_code,
            collection_year,
            '{{ table_name }}' as table_name,
            child,
            dob,
            file_name,
            row_number
        from {{ ref('stg_ssda903__' ~ table_name) }}
        {{ 'union all' if not loop.last }}
    {% endfor %}
),

compared as (
    select
        other_rows.*,
        headers.child is not null as has_header,
        other_rows.dob <> headers.dob as is_dob_other
    from other_rows
    inner join returns_with_header
        on
            other_rows.la_code = returns_with_header.la_code
            and other_rows.collection_year = returns_with_header.collection_year
    left join headers
        on
            other_rows.la_code = headers.la_code
            and other_rows.collection_year = headers.collection_year
            and other_rows.child = headers.child
),

-- A child with many episodes is told once, by the first of them.
first_episodes as (
    select
        la_code,
        collection_year,
        child,
        min(decom) as first_started_on
    from episodes
    group by la_code, collection_year, child
),

without_header as (
    select first_episodes.*
    from first_episodes
    inner join returns_with_header
        on
            first_episodes.la_code = returns_with_header.la_code
            and first_episodes.collection_year = returns_with_header.collection_year
    left join headers
        on
            first_episodes.la_code = headers.la_code
            and first_episodes.collection_year = headers.collection_year
            and first_episodes.child = headers.child
    where headers.child is null
),

episode_without_header as (
    select {{ quality_issue('episode_without_header', 'episodes', 'episodes.decom', 'child', of='episodes') }}
    from without_header
    inner join episodes
        on
            without_header.la_code = episodes.la_code
            and without_header.collection_year = episodes.collection_year
            and without_header.child = episodes.child
            and without_header.first_started_on = episodes.decom
),

row_without_header as (
    select {{ quality_issue('row_without_header', table_from='table_name', column_name='child') }}
    from compared
    where not has_header
),

dob_differs_between_files as (
    select {{ quality_issue('dob_differs_between_files', table_from='table_name', column_name='dob') }}
    from compared
    where is_dob_other
),

sex_differs_uasc_header as (
    select {{ quality_issue('sex_differs_uasc_header', 'uasc', column_name='sex', of='uasc') }}
    from uasc
    inner join headers
        on
            uasc.la_code = headers.la_code
            and uasc.collection_year = headers.collection_year
            and uasc.child = headers.child
    where uasc.sex <> headers.sex
),

final as (
    {{ all_rows_of([
        'episode_without_header', 'row_without_header', 'dob_differs_between_files', 'sex_differs_uasc_header'
    ]) }}
)

select * from final
