/*
  The children matched in a period are those of the matches of that period.
  Catches: matches counted instead of children, and panels without a match.
*/
with figures as (
    select * from {{ ref('metric_values') }}
    where metric_id = 'long_term_matched'
),

matched as (
    select
        figures.la_code,
        figures.period_type,
        figures.period_end,
        count(distinct matches.child_key) as children
    from figures
    inner join {{ ref('fct_long_term_match') }} as matches
        on
            figures.la_code = matches.la_code
            and matches.long_term_matched_on between figures.period_start and figures.period_end
    group by figures.la_code, figures.period_type, figures.period_end
)

select
    figures.la_code,
    figures.period_type,
    figures.period_end
from figures
left join matched
    on
        figures.la_code = matched.la_code
        and figures.period_type = matched.period_type
        and figures.period_end = matched.period_end
where figures.numerator <> coalesce(matched.children, 0)
