/*
  Definitions 11.2, 11.4, 11.5, 11.13, 11.14 and 12.9 count a child in spite of something odd and promise a row of data
  quality: a chain of episodes that ends in nothing, aged 18 or over at a period's end, two live episodes, in the
  twelve-month cohort without a health record, a care leaver under 17 or over 25, a review without a participation code.
  Catches: a rule that looks at other dates or other rows than the figures do.
*/
with looked_after as (
    select * from {{ ref('int_children_looked_after') }}
),

at_end as (
    select * from {{ ref('int_looked_after__at_period_end') }}
),

periods_of_care as (
    select * from {{ ref('int_periods_of_care') }}
),

care_leavers as (
    select * from {{ ref('int_care_leavers') }}
),

reviews as (
    select * from {{ ref('int_reviews__united') }}
),

returns_with_oc2 as (
    select * from {{ ref('int_tables__delivered') }}
    where table_name = 'oc2'
),

promised as (
    select
        la_code,
        child,
        case when rec = 'X1' then 'chain_without_end' else 'dec_without_rec' end as rule_id
    from periods_of_care
    where ended_on is not null and not is_implied_end and (rec is null or rec = 'X1')
    union
    select
        la_code,
        child,
        'child_aged_18_or_over' as rule_id
    from looked_after
    where age >= 18
    union
    select
        la_code,
        child,
        'two_live_episodes' as rule_id
    from at_end
    where live_episodes > 1
    union
    select
        looked_after.la_code,
        looked_after.child,
        'oc2_row_missing' as rule_id
    from looked_after
    inner join returns_with_oc2
        on
            looked_after.la_code = returns_with_oc2.la_code
            and {{ collection_year_of('looked_after.period_end') }} = returns_with_oc2.collection_year
    where looked_after.is_in_oc2_cohort and not looked_after.has_oc2_row
    union
    select
        la_code,
        child,
        'care_leaver_age_out_of_range' as rule_id
    from care_leavers
    where care_leaver_age is null and not coalesce(age between 22 and 25, false)
    union
    select
        la_code,
        child,
        'review_participation_blank' as rule_id
    from reviews
    where period_number is not null and participation_code is null
),

reported as (
    select distinct
        la_code,
        child,
        rule_id
    from {{ ref('int_quality__issues') }}
)

select
    promised.la_code,
    promised.rule_id,
    count(*) as children_unreported
from promised
left join reported
    on
        promised.la_code = reported.la_code
        and promised.child = reported.child
        and promised.rule_id = reported.rule_id
where reported.child is null
group by promised.la_code, promised.rule_id
