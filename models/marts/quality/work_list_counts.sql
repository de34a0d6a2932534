-- How long each work list is, by urgency: what a manager may see without a child. The lists lie in `restricted`.
{%- set lists = [
    ('reviews_due', 'Reviews due', 'urgency'),
    ('invitations_due', 'Invitations due', 'urgency'),
    ('consultations_missing', 'Consultations missing', 'urgency'),
    ('records_to_distribute', 'Records to distribute', 'urgency'),
    ('oversight_overdue', 'Oversight overdue', 'rag_rating'),
    ('disputes_past_limit', 'Disputes past their limit', "'Overdue'"),
    ('children_without_plan', 'Children without a plan', 'urgency'),
    ('permanence_tracker', 'Permanence tracker', 'position'),
] %}
with listed as (
    {% for table, title, urgency in lists %}
        select
            la_code,
            as_of_on,
            {{ loop.index }} as list_order,
            '{{ title }}' as work_list,
            {{ urgency }} as urgency
        from {{ ref('restricted_work_list_' ~ table) }}
        {{ 'union all' if not loop.last }}
    {% endfor %}
),

final as (
    select
        la_code,
        as_of_on,
        cast(list_order as integer) as list_order,
        work_list,
        cast(
            case
                when lower(urgency) in ('overdue', 'review overdue', 'plan overdue', 'red') then 1
                when lower(urgency) in ('due', 'within 4 weeks', 'review within 4 weeks', 'no plan yet', 'amber') then 2
                when lower(urgency) in ('within 8 weeks', 'awaiting a match', 'not due yet', 'green') then 3
                when lower(urgency) in ('within 12 weeks', 'in progress') then 4
                else 5
            end as integer
        ) as urgency_order,
        urgency,
        cast(count(*) as bigint) as entries
    from listed
    group by la_code, as_of_on, list_order, work_list, urgency
)

select * from final
