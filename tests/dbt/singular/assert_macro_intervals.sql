/*
  Wilson's limits as printed in Table I of R. G. Newcombe, Two-sided confidence intervals for the single proportion,
  Statistics in Medicine 17 (1998), method 3, to four decimals of the proportion; Byar's limits beside the exact Poisson
  ones of F. Garwood, Biometrika 28 (1936), which they come within 1 % of from 10 events on.
  Catches: a limit below 0 or above 100 %, the normal approximation, limits of the wrong sign or percentile.
*/
with proportions as (
    select given.* from (
        values
        (81.0, 263.0, 25.53, 36.62),
        (15.0, 148.0, 6.24, 16.05),
        (0.0, 20.0, 0.00, 16.11),
        (1.0, 29.0, 0.61, 17.18),
        (20.0, 20.0, 83.89, 100.00),
        (0.0, 0.0, null, null)
    ) as given (numerator, denominator, low, high)
),

counts as (
    select given.* from (
        values
        (10.0, 4.795, 18.390),
        (20.0, 12.217, 30.888),
        (50.0, 37.111, 65.919),
        (100.0, 81.364, 121.627),
        (0.0, 0.0, 3.689)
    ) as given (number, low, high)
),

wilson as (
    select
        numerator,
        low,
        high,
        {{ wilson_low('cast(numerator as double)', 'cast(denominator as double)') }} as computed_low,
        {{ wilson_high('cast(numerator as double)', 'cast(denominator as double)') }} as computed_high,
        0.0051 as tolerance
    from proportions
),

byar as (
    select
        number,
        low,
        high,
        {{ byar_low('cast(number as double)') }} as computed_low,
        {{ byar_high('cast(number as double)') }} as computed_high,
        0.01 * high as tolerance
    from counts
),

compared as (
    select * from wilson
    union all
    select * from byar
)

select * from compared
where
    abs(computed_low - low) > tolerance
    or abs(computed_high - high) > tolerance
    or (low is null) <> (computed_low is null)
    or (high is null) <> (computed_high is null)
    or computed_low < 0
