{{ config(meta={'definition': '12.13'}) }}
-- Allocation histories overlap when officers change or stand in for each other. On every day the allocation that began
-- last counts, so that one still open comes back when the one over it ends. The days between two changes are looked at
-- once, then joined again where the officer stays.
with allocations as (
    select * from {{ ref('stg_iro__iro_allocations') }}
    where ended_on is null or ended_on > allocated_on
),

changes as (
    select
        la_code,
        child,
        allocated_on as changed_on
    from allocations
    union
    select
        la_code,
        child,
        ended_on as changed_on
    from allocations
    where ended_on is not null
),

stretches as (
    select
        la_code,
        child,
        changed_on as from_on,
        lead(changed_on) over (partition by la_code, child order by changed_on) as to_on
    from changes
),

ranked as (
    select
        stretches.la_code,
        stretches.child,
        stretches.from_on,
        stretches.to_on,
        allocations.iro_id,
        row_number() over (
            partition by stretches.la_code, stretches.child, stretches.from_on
            order by
                allocations.allocated_on desc,
                allocations.collection_year desc,
                allocations.file_name desc,
                allocations.row_number desc
        ) as recency
    from stretches
    inner join allocations
        on
            stretches.la_code = allocations.la_code
            and stretches.child = allocations.child
            and {{ is_live_on('stretches.from_on', 'allocations.allocated_on', 'allocations.ended_on') }}
),

compared as (
    select
        *,
        lag(iro_id) over (partition by la_code, child order by from_on) as previous_iro_id,
        lag(to_on) over (partition by la_code, child order by from_on) as previous_to_on
    from ranked
    where recency = 1
),

numbered as (
    select
        *,
        sum(case when previous_iro_id = iro_id and previous_to_on = from_on then 0 else 1 end) over (
            partition by la_code, child order by from_on rows between unbounded preceding and current row
        ) as spell_number
    from compared
),

final as (
    select
        la_code,
        child,
        iro_id,
        min(from_on) as from_on,
        case when count(to_on) = count(*) then max(to_on) end as to_on
    from numbered
    group by la_code, child, iro_id, spell_number
)

select * from final
