-- What speaks against an extract of the reviewing officers' service by itself, and beside the authority's returns.
with known as (
    select * from {{ ref('int_deliveries__known') }}
    where dataset = 'iro'
),

tables as (
    select * from {{ ref('int_iro_extracts__tables') }}
),

bounds as {{ bounds_of('iro') }},

counted_by_file as (
    select * from {{ ref('int_rows__counted_in_iro_extracts') }}
),

unknown_authority as {{ unknown_authority('iro') }},

too_many_rejected as {{ too_many_rejected('tables', 'bounds') }},

columns_not_understood as {{ columns_not_understood('iro') }},

files_contradict as {{ files_contradict('counted_by_file', 'bounds') }},

-- What is recorded once and on a day. Officers and allocations go on for years.
dated as (
    {% for table, days in {
        'reviews': 'coalesce(completed_on, started_on, scheduled_for)',
        'pre_review_consultations': 'consulted_on',
        'rag_ratings': 'rated_on',
        'case_tracking': 'tracked_on',
        'disputes': 'coalesce(resolved_on, raised_on)',
        'permanence_plans': 'agreed_on',
        'audits': 'audited_on',
        'workshops': 'held_on',
        'participation_events': 'held_on',
    }.items() %}
        select
            delivery_id,
            {{ days }} as happened_on
        from {{ ref('stg_iro__' ~ table ~ '__parsed') }}
        where failed_rules = ''
        {{ 'union all' if not loop.last }}
    {% endfor %}
),

years as (
    select
        dated.delivery_id,
        count(*) as records,
        count(
            case when dated.happened_on between known.year_starts_on and known.year_ends_on then 1 end
        ) as records_of_year
    from dated
    inner join known on dated.delivery_id = known.delivery_id
    where dated.happened_on is not null
    group by dated.delivery_id
),

nothing_of_the_year as (
    select
        years.delivery_id,
        'reviews' as table_name,
        {{ finding('nothing_of_the_year', as_text('years.records')) }}
    from years
    inner join bounds on bounds.table_name = 'reviews' and bounds.bound_id = 'nothing_of_the_year'
    where years.records_of_year = 0 and years.records >= bounds.least
),

-- An authority that delivers no returns has nothing to compare with.
children_of_returns as (
    select distinct
        la_code,
        child
    from {{ ref('stg_ssda903__episodes') }}
    union
    select distinct
        la_code,
        child
    from {{ ref('stg_ssda903__header') }}
),

authorities_with_returns as (
    select distinct la_code
    from children_of_returns
),

children_named as (
    {% for table in ['reviews', 'iro_allocations', 'rag_ratings', 'case_tracking', 'permanence_plans', 'disputes'] %}
        select distinct
            la_code,
            delivery_id,
            '{{ table }}' as table_name,
            child
        from {{ ref('stg_iro__' ~ table ~ '__parsed') }}
        where failed_rules = ''
        {{ 'union all' if not loop.last }}
    {% endfor %}
),

matched as (
    select
        children_named.delivery_id,
        children_named.table_name,
        count(*) as children,
        count(case when children_of_returns.child is null then 1 end) as strangers
    from children_named
    inner join authorities_with_returns on children_named.la_code = authorities_with_returns.la_code
    left join children_of_returns
        on
            children_named.la_code = children_of_returns.la_code
            and children_named.child = children_of_returns.child
    group by
        children_named.delivery_id,
        children_named.table_name
),

ids_unlike_returns as {{ beyond_share(
    'ids_unlike_returns', 'matched', 'strangers', 'children', 'bounds'
) }},

final as (
    select * from unknown_authority
    union all
    select * from too_many_rejected
    union all
    select * from columns_not_understood
    union all
    select * from files_contradict
    union all
    select * from nothing_of_the_year
    union all
    select * from ids_unlike_returns
)

select * from final
