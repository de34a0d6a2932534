-- What speaks against a return by itself.
with known as (
    select * from {{ ref('int_deliveries__known') }}
    where dataset = 'ssda903'
),

tables as (
    select * from {{ ref('int_returns__tables') }}
),

bounds as {{ bounds_of('ssda903') }},

counted_by_file as (
    select * from {{ ref('int_rows__counted_in_returns') }}
),

files as (
    select * from {{ ref('stg_landing__files') }}
    where is_loaded and table_name = 'episodes'
),

children as (
    select * from {{ ref('int_returns__children') }}
),

episodes as (
    select * from {{ ref('stg_ssda903__episodes__parsed') }}
    where failed_rules = ''
),

headers as (
    select * from {{ ref('stg_ssda903__header__parsed') }}
    where failed_rules = ''
),

unknown_authority as {{ unknown_authority('ssda903') }},

too_many_rejected as {{ too_many_rejected('tables', 'bounds') }},

columns_not_understood as {{ columns_not_understood('ssda903') }},

files_contradict as {{ files_contradict('counted_by_file', 'bounds') }},

episodes_delivered as (
    select
        delivery_id,
        sum(rows_delivered) as rows_delivered,
        max(case when is_rejected then message end) as message
    from files
    group by delivery_id
),

no_episodes_accepted as (
    select
        tables.delivery_id,
        'episodes' as table_name,
        {{ finding(
            'no_episodes_accepted', as_text('episodes_delivered.rows_delivered'), other='episodes_delivered.message'
        ) }}
    from tables
    inner join episodes_delivered on tables.delivery_id = episodes_delivered.delivery_id
    where tables.table_name = 'episodes' and tables.rows_accepted = 0
),

rows_conflicting as (
    select
        tables.delivery_id,
        tables.table_name,
        {{ finding(
            'rows_conflicting', of_all('tables.rows_conflicting', 'tables.rows_accepted + tables.rows_conflicting')
        ) }}
    from tables
    inner join bounds on tables.table_name = bounds.table_name and bounds.bound_id = 'rows_conflicting'
    where
        tables.rows_conflicting >= bounds.least
        and tables.rows_conflicting > bounds.share * (tables.rows_accepted + tables.rows_conflicting)
),

counted as (
    select
        delivery_id,
        count(*) as children,
        count(case when is_looked_after then 1 end) as looked_after
    from children
    group by delivery_id
),

nobody_looked_after as (
    select
        counted.delivery_id,
        'episodes' as table_name,
        {{ finding('nobody_looked_after', as_text('counted.children')) }}
    from counted
    inner join bounds on bounds.table_name = 'episodes' and bounds.bound_id = 'nobody_looked_after'
    where counted.looked_after = 0 and counted.children >= bounds.least
),

-- Rows by the days that say when they belong: those of what a return holds once a year.
dated as (
    select
        delivery_id,
        'episodes' as table_name,
        case when dec > decom then dec else decom end as last_day,
        dec as ended_on
    from episodes
    union all
    select
        delivery_id,
        'reviews' as table_name,
        review as last_day,
        review as ended_on
    from {{ ref('stg_ssda903__reviews__parsed') }}
    where failed_rules = ''
    union all
    select
        delivery_id,
        'missing' as table_name,
        mis_start as last_day,
        cast(null as date) as ended_on
    from {{ ref('stg_ssda903__missing__parsed') }}
    where failed_rules = ''
),

outside as (
    select
        dated.delivery_id,
        dated.table_name,
        count(*) as rows_dated,
        count(case when dated.last_day > known.year_ends_on then 1 end) as rows_after,
        count(case when dated.ended_on < known.year_starts_on then 1 end) as rows_before
    from dated
    inner join known on dated.delivery_id = known.delivery_id
    group by
        dated.delivery_id,
        dated.table_name
),

dates_after_year as {{ beyond_share('dates_after_year', 'outside', 'rows_after', 'rows_dated', 'bounds') }},

dates_before_year as {{ beyond_share('dates_before_year', 'outside', 'rows_before', 'rows_dated', 'bounds') }},

-- A day without a reason is no child who left, and a reason without a day none either.
ends as (
    select
        delivery_id,
        'episodes' as table_name,
        count(*) as rows_ended,
        count(case when dec is null or rec is null then 1 end) as rows_half_ended
    from episodes
    where dec is not null or repair_rules like '%rec_without_dec%'
    group by delivery_id
),

ends_incomplete as {{ beyond_share('ends_incomplete', 'ends', 'rows_half_ended', 'rows_ended', 'bounds') }},

-- Whether the children of a return's files are the same.
children_named as (
    {% for table in ssda903_tables() if table != 'header' %}
        select distinct
            delivery_id,
            '{{ table }}' as table_name,
            child
        from {{ ref('stg_ssda903__' ~ table ~ '__parsed') }}
        where failed_rules = ''
        {{ 'union all' if not loop.last }}
    {% endfor %}
),

headers_delivered as (
    select distinct delivery_id
    from headers
),

matched as (
    select
        children_named.delivery_id,
        children_named.table_name,
        count(*) as children,
        count(
            case
                when headers.child is null and (children_named.table_name = 'episodes' or children.child is null) then 1
            end
        ) as strangers,
        count(case when children.child is null then 1 end) as without_episodes
    from children_named
    left join headers
        on children_named.delivery_id = headers.delivery_id and children_named.child = headers.child
    left join children
        on children_named.delivery_id = children.delivery_id and children_named.child = children.child
    left join headers_delivered on children_named.delivery_id = headers_delivered.delivery_id
    where children_named.table_name <> 'episodes' or headers_delivered.delivery_id is not null
    group by
        children_named.delivery_id,
        children_named.table_name
),

ids_unlike_header as {{ beyond_share(
    'ids_unlike_header', 'matched', 'strangers', 'children', 'bounds',
    other="case when matched.table_name = 'episodes' then 'Header' else 'Header or Episodes' end"
) }},

episodes_lacking as {{ beyond_share('episodes_lacking', 'matched', 'without_episodes', 'children', 'bounds') }},

final as (
    select * from unknown_authority
    union all
    select * from too_many_rejected
    union all
    select * from columns_not_understood
    union all
    select * from files_contradict
    union all
    select * from no_episodes_accepted
    union all
    select * from rows_conflicting
    union all
    select * from nobody_looked_after
    union all
    select * from dates_after_year
    union all
    select * from dates_before_year
    union all
    select * from ends_incomplete
    union all
    select * from ids_unlike_header
    union all
    select * from episodes_lacking
)

select * from final
