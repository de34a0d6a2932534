-- Whatever figure holds another by the relations, as a reader adds up the published numbers, those of the year before
-- among them: nothing of 1 to 5 is left, and where nothing is left over, no small one is the only one hidden. The row
-- of the other categories together is left out: each table has others in it, and it tells no more than the total does.
{{ config(group='disclosure') }}
with figures as (
    select
        judged.la_code,
        judged.period_end,
        judged.metric_id,
        judged.breakdown,
        judged.category,
        judged.numerator as numerator_behind,
        judged.denominator as denominator_behind,
        public_values.numerator,
        public_values.denominator
    from {{ ref('suppression_judged') }} as judged
    left join {{ ref('public_metric_values') }} as public_values
        on
            judged.la_code = public_values.la_code
            and judged.period_end = public_values.period_end
            and judged.metric_id = public_values.metric_id
            and judged.breakdown = public_values.breakdown
            and judged.category = public_values.category
    where judged.breakdown <> 'month' and judged.category <> '{{ categories_together() }}'
),

relations as (
    select * from {{ ref('suppression_relations') }}
),

measures as (
    select * from {{ ref('suppression_measures') }}
),

told as (
    select
        figures.la_code,
        figures.period_end,
        measures.numerator_measure as measure,
        coalesce(measures.numerator_breakdown, figures.breakdown) as breakdown,
        coalesce(measures.numerator_category, figures.category) as category,
        figures.numerator as shown,
        figures.numerator_behind as number_behind
    from figures
    inner join measures on figures.metric_id = measures.metric_id
    where figures.numerator_behind is not null
    union all
    select
        figures.la_code,
        figures.period_end,
        measures.denominator_measure as measure,
        coalesce(measures.denominator_breakdown, figures.breakdown) as breakdown,
        coalesce(measures.denominator_category, figures.category) as category,
        figures.denominator as shown,
        figures.denominator_behind as number_behind
    from figures
    inner join measures on figures.metric_id = measures.metric_id
    where figures.denominator_behind is not null and measures.denominator_measure is not null
),

-- Shown in one place is shown.
counts as (
    select
        la_code,
        period_end,
        measure,
        breakdown,
        category,
        max(shown) as shown,
        min(number_behind) as number_behind
    from told
    group by la_code, period_end, measure, breakdown, category
),

sums as (
    select
        counts.la_code,
        {{ add_months('counts.period_end', '12 * relations.years_before') }} as period_end,
        relations.relation,
        relations.kind,
        case when relations.category = '*' then counts.category else 'all' end as instance,
        count(distinct relations.measure || ' ' || relations.years_before) as measures_told,
        sum(relations.sign * counts.number_behind) as left_over,
        count(*) - count(counts.shown) as numbers_hidden,
        max(case when counts.shown is null then counts.number_behind end) as largest_hidden
    from relations
    inner join counts
        on
            relations.measure = counts.measure
            and relations.breakdown = counts.breakdown
            and counts.category = case when relations.category = '*' then counts.category else relations.category end
    group by
        counts.la_code,
        {{ add_months('counts.period_end', '12 * relations.years_before') }},
        relations.relation,
        relations.kind,
        case when relations.category = '*' then counts.category else 'all' end
),

wanted as (
    select
        relation,
        count(distinct measure || ' ' || years_before) as measures_wanted
    from relations
    group by relation
)

select sums.*
from sums
inner join wanted on sums.relation = wanted.relation
where
    sums.measures_told = wanted.measures_wanted
    and (
        (sums.kind = 'part' and sums.numbers_hidden = 0 and abs(sums.left_over) > 0 and abs(sums.left_over) < 6)
        or (sums.numbers_hidden = 1 and sums.left_over = 0 and sums.largest_hidden > 0 and sums.largest_hidden < 6)
    )
