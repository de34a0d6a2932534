-- Rules on the IRO service's records by themselves, and on whether the child was in care when the return tells.
{% set dates_that_are_past = {
    'iro_allocations': ['allocated_on'],
    'reviews': ['started_on', 'completed_on', 'record_completed_on', 'record_distributed_on', 'decisions_sent_on'],
    'pre_review_consultations': ['consulted_on'],
    'rag_ratings': ['rated_on'],
    'case_tracking': ['tracked_on'],
    'disputes': ['raised_on', 'resolved_on', 'cafcass_referred_on'],
    'permanence_plans': ['agreed_on', 'achieved_on'],
    'long_term_matches': ['matched_on'],
    'audits': ['audited_on'],
} -%}
{% set dates_in_care = {
    'rag_ratings': 'rated_on',
    'pre_review_consultations': 'consulted_on',
    'permanence_plans': 'agreed_on',
} -%}
with deliveries as (
    select * from {{ ref('int_deliveries__current') }}
),

years as (
    select * from {{ ref('int_collection_years__delivered') }}
),

children as (
    select * from {{ ref('int_children__attributes') }}
),

periods_of_care as (
    select * from {{ ref('int_periods_of_care') }}
),

allocations as (
    select
        *,
        max(coalesce(ended_on, {{ date_literal('9999-12-31') }})) over (
            partition by la_code, child
            order by allocated_on, iro_id rows between unbounded preceding and 1 preceding
        ) as latest_end_before
    from {{ ref('stg_iro__iro_allocations') }}
),

told as (
    {% for table, columns in dates_that_are_past.items() %}
        {%- set outer = loop -%}
        {% for column in columns %}
            select
                la_code,
                collection_year,
                delivery_id,
                file_name,
                row_number,
                '{{ 'iro_reviews' if table == 'reviews' else table }}' as table_name,
                '{{ column }}' as column_name,
                child,
                {{ column }} as told_on
            from {{ ref('stg_iro__' ~ table) }}
            where {{ column }} is not null
            {{ 'union all' if not (loop.last and outer.last) }}
        {% endfor %}
    {% endfor %}
),

in_future as (
    select told.*
    from told
    inner join deliveries on told.delivery_id = deliveries.delivery_id
    where told.told_on > deliveries.extracted_on
),

-- Judged are children whom a return knows, on days that one covers.
{% for table, column in dates_in_care.items() %}
    {{ table }}_judged as (
        select
            told.*,
            {{ collection_year_of('told.told_on') }} as year_of_care
        from told
        inner join children on told.la_code = children.la_code and told.child = children.child
        where told.table_name = '{{ table }}' and told.column_name = '{{ column }}'
    ),

    {{ table }}_in_care as (
        select distinct
            judged.la_code,
            judged.child,
            judged.told_on
        from {{ table }}_judged as judged
        inner join periods_of_care
            on
                judged.la_code = periods_of_care.la_code
                and judged.child = periods_of_care.child
                and {{ touches_period(
                    'judged.told_on', 'judged.told_on',
                    'periods_of_care.started_on', 'periods_of_care.ended_on', 'periods_of_care.is_implied_end') }}
    ),

    {{ table }}_outside_care as (
        select judged.*
        from {{ table }}_judged as judged
        inner join years
            on
                judged.la_code = years.la_code
                and judged.year_of_care = years.collection_year
                and judged.told_on <= years.covers_to
        left join {{ table }}_in_care as in_care
            on
                judged.la_code = in_care.la_code
                and judged.child = in_care.child
                and judged.told_on = in_care.told_on
        where in_care.child is null
    ),

{% endfor %}

-- A child is told once for each table, by the first of its records; an authority without returns knows no child.
authorities as (
    select distinct la_code
    from years
),

unknown_children as (
    select
        told.la_code,
        told.child,
        told.table_name,
        min(told.collection_year) as collection_year,
        min(told.told_on) as first_told_on
    from told
    inner join authorities on told.la_code = authorities.la_code
    left join children on told.la_code = children.la_code and told.child = children.child
    where told.child is not null and children.child is null
    group by told.la_code, told.child, told.table_name
),

iro_child_not_in_returns as (
    select
        {{ quality_issue(
            'iro_child_not_in_returns', table_from='table_name', concerns_on='first_told_on', column_name='child_id',
            has_row=false) }}
    from unknown_children
),

iro_allocations_overlap as (
    select {{ quality_issue('iro_allocations_overlap', 'iro_allocations', 'allocated_on', 'allocated_on') }}
    from allocations
    where latest_end_before > allocated_on
),

rating_outside_care as (
    select {{ quality_issue('rating_outside_care', 'rag_ratings', 'told_on', 'rated_on') }}
    from rag_ratings_outside_care
),

consultation_outside_care as (
    select
        {{ quality_issue('consultation_outside_care', 'pre_review_consultations', 'told_on', 'consulted_on') }}
    from pre_review_consultations_outside_care
),

plan_outside_care as (
    select {{ quality_issue('plan_outside_care', 'permanence_plans', 'told_on', 'agreed_on') }}
    from permanence_plans_outside_care
),

date_after_extraction as (
    select
        {{ quality_issue(
            'date_after_extraction', table_from='table_name', concerns_on='told_on', column_from='column_name') }}
    from in_future
),

final as (
    {{ all_rows_of([
        'iro_child_not_in_returns', 'iro_allocations_overlap', 'rating_outside_care', 'consultation_outside_care',
        'plan_outside_care', 'date_after_extraction'
    ]) }}
)

select * from final
