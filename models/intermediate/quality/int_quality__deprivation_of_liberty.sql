-- Rules on deprivation-of-liberty orders, which returns hold from 2026/27 on.
with delivered as (
    select * from {{ ref('stg_ssda903__dolo') }}
),

episodes as (
    select * from {{ ref('int_episodes__examined') }}
),

periods_of_care as (
    select * from {{ ref('int_periods_of_care') }}
),

latest as {{ latest_by_key('delivered', ssda903_tables()['dolo']) }},

orders as (
    select
        *,
        max(coalesce(dolo_end, {{ date_literal('9999-12-31') }})) over (
            partition by la_code, child order by dolo_start rows between unbounded preceding and 1 preceding
        ) as latest_end_before
    from latest
),

elsewhere as (
    select distinct
        orders.la_code,
        orders.child,
        orders.dolo_start
    from orders
    inner join episodes
        on
            orders.la_code = episodes.la_code
            and orders.child = episodes.child
            and (orders.dolo_end is null or orders.dolo_end > episodes.started_on)
            and (episodes.ended_on is null or orders.dolo_start < episodes.ended_on)
    where not {{ code_is('episodes.place', 'deprivation_of_liberty') }}
),

deprivation_of_liberty_placement as (
    select {{ quality_issue('deprivation_of_liberty_placement', 'dolo', 'orders.dolo_start', of='orders') }}
    from orders
    inner join elsewhere
        on
            orders.la_code = elsewhere.la_code
            and orders.child = elsewhere.child
            and orders.dolo_start = elsewhere.dolo_start
),

deprivation_of_liberty_order_overlap as (
    select {{ quality_issue('deprivation_of_liberty_order_overlap', 'dolo', 'dolo_start', 'dolo_start') }}
    from orders
    where latest_end_before > dolo_start
),

-- In care at some time up to the order's end and not at its end, which may be the day of leaving; or left while it had
-- none: that the child came back does not make the order run on.
left_care as (
    select
        orders.la_code,
        orders.child,
        orders.dolo_start
    from orders
    inner join periods_of_care
        on
            orders.la_code = periods_of_care.la_code
            and orders.child = periods_of_care.child
            and (orders.dolo_end is null or orders.dolo_end >= periods_of_care.started_on)
    group by orders.la_code, orders.child, orders.dolo_start
    having
        max(
            case
                when periods_of_care.ended_on is null or periods_of_care.ended_on >= orders.dolo_end then 1
                else 0
            end
        ) = 0
        or max(
            case when orders.dolo_end is null and periods_of_care.ended_on > orders.dolo_start then 1 else 0 end
        ) = 1
),

deprivation_of_liberty_order_after_leaving as (
    select
        {{ quality_issue(
            'deprivation_of_liberty_order_after_leaving', 'dolo', 'orders.dolo_start', 'dolo_end', of='orders'
        ) }}
    from orders
    inner join left_care
        on
            orders.la_code = left_care.la_code
            and orders.child = left_care.child
            and orders.dolo_start = left_care.dolo_start
),

final as (
    {{ all_rows_of([
        'deprivation_of_liberty_placement', 'deprivation_of_liberty_order_overlap',
        'deprivation_of_liberty_order_after_leaving'
    ]) }}
)

select * from final
