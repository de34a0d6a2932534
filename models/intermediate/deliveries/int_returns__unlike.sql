-- What speaks against a return beside an earlier one, for every pair of them: of one year, or of one year and the next.
with tables as (
    select * from {{ ref('int_returns__tables') }}
),

bounds as {{ bounds_of('ssda903') }},

children as (
    select * from {{ ref('int_returns__children') }}
),

pairs as {{ pairs_of('ssda903') }},

counted as (
    select
        delivery_id,
        count(case when is_looked_after then 1 end) as looked_after
    from children
    group by delivery_id
),

numbers as (
    select
        pairs.delivery_id,
        pairs.other_id,
        counted.looked_after,
        counted_before.looked_after as looked_after_before
    from pairs
    inner join counted on pairs.delivery_id = counted.delivery_id
    inner join counted as counted_before on pairs.other_id = counted_before.delivery_id
),

all_gone as (
    select
        numbers.delivery_id,
        numbers.other_id,
        'episodes' as table_name,
        {{ finding(
            'all_gone', as_text('numbers.looked_after'), as_text('numbers.looked_after_before'), 'numbers.other_id'
        ) }}
    from numbers
    inner join bounds on bounds.table_name = 'episodes' and bounds.bound_id = 'all_gone'
    where numbers.looked_after = 0 and numbers.looked_after_before >= bounds.least
),

-- More than chance: of two counts the difference has the variance of their sum (Poisson), and three deviations of it
-- are met once in a few hundred comparisons of authorities in which nothing has changed.
looked_after_far as (
    select
        numbers.delivery_id,
        numbers.other_id,
        'episodes' as table_name,
        {{ finding(
            'looked_after_far', as_text('numbers.looked_after'), as_text('numbers.looked_after_before'), 'numbers.other_id'
        ) }}
    from numbers
    inner join bounds on bounds.table_name = 'episodes' and bounds.bound_id = 'looked_after_far'
    where
        numbers.looked_after > 0
        and abs(numbers.looked_after - numbers.looked_after_before)
        > bounds.share * greatest(numbers.looked_after, numbers.looked_after_before)
        and power(numbers.looked_after - numbers.looked_after_before, 2)
        > 9 * (numbers.looked_after + numbers.looked_after_before)
),

tables_gone as {{ tables_gone('tables', 'pairs', 'bounds') }},

tables_shrunk as {{ tables_shrunk('tables', 'pairs', 'bounds') }},

-- Whoever was in the extract before, or was looked after at the end of the year before, is to be found again.
expected as (
    select
        pairs.delivery_id,
        pairs.other_id,
        pairs.relation,
        children.child
    from pairs
    inner join counted on pairs.delivery_id = counted.delivery_id
    inner join children on pairs.other_id = children.delivery_id
    where pairs.relation = 'extract_before' or children.is_looked_after
),

found as (
    select
        expected.delivery_id,
        expected.other_id,
        case
            when expected.relation = 'extract_before' then 'ids_unlike_extract_before'
            else 'ids_unlike_year_before'
        end as bound_id,
        count(*) as expected,
        count(children.child) as found
    from expected
    left join children on expected.delivery_id = children.delivery_id and expected.child = children.child
    group by
        expected.delivery_id,
        expected.other_id,
        expected.relation
),

ids_unlike as (
    select
        found.delivery_id,
        found.other_id,
        'episodes' as table_name,
        found.bound_id,
        {{ of_all('found.found', 'found.expected') }} as observed,
        {{ as_percentage('bounds.share') }} as allowed,
        found.other_id as other
    from found
    inner join bounds on bounds.table_name = 'episodes' and found.bound_id = bounds.bound_id
    where
        found.expected - found.found >= bounds.least
        and found.found < bounds.share * found.expected
),

final as (
    select * from all_gone
    union all
    select * from looked_after_far
    union all
    select * from tables_gone
    union all
    select * from tables_shrunk
    union all
    select * from ids_unlike
)

select * from final
