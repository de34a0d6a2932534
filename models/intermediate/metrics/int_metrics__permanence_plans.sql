with tracker as (
    select * from {{ ref('int_permanence') }}
),

periods as (
    select * from {{ ref('int_iro_periods') }}
),

plan_types as (
    select category from {{ ref('metric_category_lists') }}
    where breakdown = 'plan_type' and is_closed
),

second_reviews as (
    select * from {{ ref('int_second_reviews__planned') }}
),

matches as (
    select * from {{ ref('stg_iro__long_term_matches') }}
),

second_reviews_held as (
    select
        periods.*,
        second_reviews.has_plan
    from periods
    inner join second_reviews
        on
            periods.la_code = second_reviews.la_code
            and second_reviews.reviewed_on between periods.period_start and periods.period_end
),

-- Children, not matches: one who is matched again in the year is one child.
matched as (
    select distinct
        periods.*,
        matches.child
    from periods
    inner join matches
        on
            periods.la_code = matches.la_code
            and matches.matched_on between periods.period_start and periods.period_end
),

children as (
    select
        la_code,
        period_type,
        period_start,
        period_end,
        cast(count(*) as double) as children
    from tracker
    group by la_code, period_type, period_start, period_end
),

planned as (
    select
        la_code,
        period_type,
        period_end,
        plan_type,
        cast(count(*) as double) as children
    from tracker
    where has_plan
    group by la_code, period_type, period_end, plan_type
),

-- Each type of plan is a part of all children in care, and a type that nobody has is no part of them: a child without a
-- plan has no type, so that grouping alone would give 100 percent for every one.
every_plan_type as (
    select
        children.*,
        plan_types.category as plan_type
    from children
    cross join plan_types
    union
    select
        children.*,
        planned.plan_type
    from children
    inner join planned
        on
            children.la_code = planned.la_code
            and children.period_type = planned.period_type
            and children.period_end = planned.period_end
),

plan_recorded_by_type as (
    select
        every_plan_type.la_code,
        every_plan_type.period_type,
        every_plan_type.period_start,
        every_plan_type.period_end,
        'permanence_plan_recorded' as metric_id,
        'plan_type' as breakdown,
        every_plan_type.plan_type as category,
        coalesce(planned.children, 0) as numerator,
        every_plan_type.children as denominator,
        cast(null as double) as value_given,
        cast(null as bigint) as undetermined
    from every_plan_type
    left join planned
        on
            every_plan_type.la_code = planned.la_code
            and every_plan_type.period_type = planned.period_type
            and every_plan_type.period_end = planned.period_end
            and every_plan_type.plan_type = planned.plan_type
),

-- Written from _int_metrics__permanence_plans.yml by scripts/generate_metrics.py, down to the end.
permanence_plan_recorded as (
    {{ aggregate_metric('permanence_plan_recorded', 'tracker', numerator='has_plan', denominator='true') }}
),

permanence_achieved as (
    {{ aggregate_metric(
        'permanence_achieved', 'tracker',
        numerator='is_plan_achieved',
        denominator='true',
        where='has_plan',
        breakdowns=same_named(['plan_type'])) }}
),

permanence_plan_by_second_review as (
    {{ aggregate_metric(
        'permanence_plan_by_second_review', 'second_reviews_held',
        numerator='has_plan',
        denominator='true') }}
),

long_term_matched as (
    {{ aggregate_metric('long_term_matched', 'matched') }}
),

awaiting_long_term_match as (
    {{ aggregate_metric('awaiting_long_term_match', 'tracker', numerator='is_awaiting_long_term_match') }}
),

final as (
    {{ all_rows_of([
        'permanence_plan_recorded', 'plan_recorded_by_type', 'permanence_achieved',
        'permanence_plan_by_second_review', 'long_term_matched', 'awaiting_long_term_match'
    ]) }}
)

select * from final
