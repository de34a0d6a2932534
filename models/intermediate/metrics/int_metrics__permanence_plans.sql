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

plan_recorded as (
    {{ aggregate_metric('permanence_plan_recorded', 'tracker', 'has_plan', denominator='true') }}
),

planned_by_type as (
    {{ aggregate_metric(
        'permanence_plan_recorded', 'tracker', where='has_plan', breakdowns=same_named(['plan_type'])) }}
),

planned as (
    select * from planned_by_type
    where breakdown = 'plan_type'
),

-- Each type of plan is a part of all children in care, and a type that nobody has is no part of them: a child without a
-- plan has no type, so that grouping alone would give 100 percent for every one.
every_plan_type as (
    select
        plan_recorded.*,
        plan_types.category as plan_type
    from plan_recorded
    cross join plan_types
    union
    select
        plan_recorded.*,
        planned.category as plan_type
    from plan_recorded
    inner join planned
        on
            plan_recorded.la_code = planned.la_code
            and plan_recorded.period_type = planned.period_type
            and plan_recorded.period_end = planned.period_end
),

plan_recorded_by_type as (
    select
        every_plan_type.la_code,
        every_plan_type.period_type,
        every_plan_type.period_start,
        every_plan_type.period_end,
        every_plan_type.metric_id,
        'plan_type' as breakdown,
        every_plan_type.plan_type as category,
        coalesce(planned.numerator, 0) as numerator,
        every_plan_type.denominator,
        every_plan_type.value_given,
        every_plan_type.undetermined
    from every_plan_type
    left join planned
        on
            every_plan_type.la_code = planned.la_code
            and every_plan_type.period_type = planned.period_type
            and every_plan_type.period_end = planned.period_end
            and every_plan_type.plan_type = planned.category
),

permanence_achieved as (
    {{ aggregate_metric(
        'permanence_achieved', 'tracker', 'is_plan_achieved', denominator='true', where='has_plan',
        breakdowns=same_named(['plan_type'])) }}
),

permanence_plan_by_second_review as (
    {{ aggregate_metric('permanence_plan_by_second_review', 'second_reviews_held', 'has_plan', denominator='true') }}
),

long_term_matched as (
    {{ aggregate_metric('long_term_matched', 'matched') }}
),

awaiting_long_term_match as (
    {{ aggregate_metric('awaiting_long_term_match', 'tracker', 'is_awaiting_long_term_match') }}
),

final as (
    select * from plan_recorded
    union all
    select * from plan_recorded_by_type
    union all
    select * from permanence_achieved
    union all
    select * from permanence_plan_by_second_review
    union all
    select * from long_term_matched
    union all
    select * from awaiting_long_term_match
)

select * from final
