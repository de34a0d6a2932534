-- Catches a limit in working days that counts a weekend or a bank holiday, one-off holidays and substitute days
-- included, or that counts the day it starts from.
with expected as (
    select
        cast(hand_worked.day as date) as date_day,
        hand_worked.limit_in_days,
        cast(hand_worked.due as date) as due_on
    from (
        values
        -- Christmas and Boxing Day 2024; 25 and 26 December 2021 at a weekend, with New Year's substitute day.
        ('2024-12-20', 5, '2024-12-31'),
        ('2021-12-24', 5, '2022-01-05'),
        -- 28 days would be 30 December.
        ('2024-12-02', 20, '2025-01-02'),
        -- Good Friday 29 March and Easter Monday 1 April 2024.
        ('2024-03-25', 5, '2024-04-03'),
        ('2024-03-15', 20, '2024-04-16'),
        -- The Jubilee of 2 and 3 June 2022, for which the spring bank holiday was moved.
        ('2022-05-30', 5, '2022-06-08'),
        -- The state funeral of 19 September 2022 and the coronation of 8 May 2023.
        ('2022-09-16', 5, '2022-09-26'),
        ('2023-05-05', 10, '2023-05-22'),
        -- From a Saturday the first working day is the Monday after.
        ('2025-01-04', 5, '2025-01-10')
    ) as hand_worked (day, limit_in_days, due)
),

days as (
    select * from {{ ref('int_calendar__days') }}
)

select
    expected.date_day,
    expected.limit_in_days,
    expected.due_on
from expected
left join days on expected.date_day = days.date_day
where
    expected.due_on is distinct from case expected.limit_in_days
        when 5 then days.working_day_5_after
        when 10 then days.working_day_10_after
        when 20 then days.working_day_20_after
    end
