/*
  Days of ending as they are published, worked by hand. Catches: the eighteenth birthday given away by the day on which
  care ended, and a coarser day given of anybody else.
*/
with cases as (
    select given.* from (
        values
        (date '2024-06-15', date '2006-06-15', date '2024-06-30'), -- left on the birthday
        (date '2024-06-14', date '2006-06-15', date '2024-06-14'), -- the day before
        (date '2024-02-20', date '2006-02-02', date '2024-02-29'),
        (date '2024-03-31', date '2006-03-31', date '2024-03-31'),
        (date '2026-02-28', date '2008-02-29', date '2026-02-28'), -- still 17
        (date '2026-03-01', date '2008-02-29', date '2026-03-31'),
        (date '2024-06-15', cast(null as date), date '2024-06-15'),
        (cast(null as date), date '2006-06-15', cast(null as date))
    ) as given (ended_on, birth, expected)
),

computed as (
    select
        cases.*,
        {{ day_shown('ended_on', 'birth') }} as actual
    from cases
)

select * from computed
where actual is distinct from expected
