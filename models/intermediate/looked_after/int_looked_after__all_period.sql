{{ config(meta={'definition': '11.13'}) }}
-- Looked after for the whole of a period, by the return's own edges: a start on its first day and an end on its last
-- still pass, a short break at any time does not.
with periods as (
    select * from {{ ref('int_periods__published') }}
),

looked_after as (
    select * from {{ ref('int_looked_after__at_period_end') }}
),

settled as (
    select * from {{ ref('int_episodes__settled') }}
    where not is_superseded
),

-- A rolling year to 31 March and the financial year are the same days: they are looked at once.
spans as (
    select distinct
        la_code,
        period_start,
        period_end
    from periods
),

interruptions as (
    select distinct
        spans.la_code,
        spans.period_end,
        settled.child
    from spans
    inner join settled
        on
            spans.la_code = settled.la_code
            and (
                (
                    settled.is_respite
                    and {{ touches_period(
                        'spans.period_start', 'spans.period_end',
                        'settled.started_on', 'settled.ended_on', 'settled.is_implied_end') }}
                )
                or (
                    {{ code_is('settled.rne', 'start_of_care') }}
                    and settled.started_on > spans.period_start
                    and settled.started_on <= spans.period_end
                )
                or (
                    {{ is_cease('settled.rec') }}
                    and settled.ended_on between spans.period_start and spans.period_end
                )
            )
),

final as (
    select
        periods.la_code,
        periods.period_type,
        periods.period_start,
        periods.period_end,
        periods.last_collection_year,
        looked_after.child
    from periods
    inner join looked_after
        on periods.la_code = looked_after.la_code and periods.period_end = looked_after.period_end
    left join interruptions
        on
            looked_after.la_code = interruptions.la_code
            and looked_after.period_end = interruptions.period_end
            and looked_after.child = interruptions.child
    where interruptions.child is null
)

select * from final
