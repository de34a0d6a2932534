/*
  Catches: dates outside the calendar becoming other dates, two-digit years becoming the year 25, month and day
  swapped, and words that an engine takes for a date.
*/
with cases as (
    select given.* from (
        values
        ('31/03/2025', date '2025-03-31'),
        ('1/4/2024', date '2024-04-01'),
        ('2025-03-31', date '2025-03-31'),
        ('2025-03-31 00:00:00', date '2025-03-31'),
        ('2025-03-31T23:59:59', date '2025-03-31'),
        ('29/02/2024', date '2024-02-29'),
        ('29/02/2023', cast(null as date)),
        ('31/04/2025', cast(null as date)),
        ('03/31/2025', cast(null as date)),
        ('zz/03/2020', cast(null as date)),
        ('31/03/25', cast(null as date)),
        ('31/03/025', cast(null as date)),
        ('31.03.2025', cast(null as date)),
        ('20250331', cast(null as date)),
        ('2025/03/31', cast(null as date)),
        ('epoch', cast(null as date)),
        ('infinity', cast(null as date)),
        ('today', cast(null as date)),
        ('45747', cast(null as date)),
        ('31/03/2025x', cast(null as date)),
        ('', cast(null as date)),
        (cast(null as string), cast(null as date))
    ) as given (delivered, expected)
),

computed as (
    select
        cases.*,
        {{ try_date('delivered') }} as actual
    from cases
)

select * from computed
where actual is distinct from expected
