{{ config(meta={'definition': '1, 11.5'}) }}
-- The episode that stands for a child on the last day of a period. Two live ones are an error in the data and reported.
with periods as (
    select * from {{ ref('int_periods__published') }}
),

episodes as (
    select * from {{ ref('int_episodes__in_care') }}
),

-- A rolling year to 31 March and the financial year end on one day: the day is looked at once.
dates as (
    select distinct
        la_code,
        period_end
    from periods
),

final as {{ looked_after_on('dates', 'period_end') }}

select * from final
