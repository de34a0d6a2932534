{{ config(meta={'definition': '1, 11.17'}) }}
-- The seed, and what the landing zone holds: ONS's own file and the populations that a DfE release divides by. Each
-- keeps the day it was released, so that the later one supersedes the earlier of the same middle of the year. Landed
-- files of one day that differ are decided between as other figures are, and where nothing decides, none is taken.
with seeded as (
    select * from {{ ref('population_estimates') }}
),

indicators as (
    select * from {{ ref('int_dfe__indicators') }}
    where {{ is_population() }} and problem is null and value is not null
),

releases as (
    select * from {{ ref('population_releases') }}
),

successions as (
    select * from {{ ref('int_dfe__successions') }}
),

newest as (
    select
        file_id,
        max(collection_year) - 1 as latest_mid_year
    from indicators
    group by file_id
),

landed as (
    select
        indicators.file_id,
        indicators.la_code,
        indicators.collection_year - 1 as mid_year,
        cast(indicators.value as integer) as population_0_17,
        coalesce(
            indicators.published_on,
            releases.released_on,
            {{ date_of('newest.latest_mid_year + 1', 12, 31) }}
        ) as released_on,
        indicators.file_name as estimate_source
    from indicators
    inner join newest on indicators.file_id = newest.file_id
    left join releases on newest.latest_mid_year = releases.latest_mid_year
    where indicators.la_code is not null
),

superseded as (
    select distinct
        landed.file_id,
        landed.la_code,
        landed.mid_year
    from landed
    inner join successions on landed.file_id = successions.superseded_file_id
    inner join landed as later
        on
            successions.file_id = later.file_id
            and landed.la_code = later.la_code
            and landed.mid_year = later.mid_year
            and landed.released_on = later.released_on
),

standing as (
    select
        landed.*,
        min(landed.population_0_17) over (
            partition by landed.la_code, landed.mid_year, landed.released_on
        ) as least_population,
        max(landed.population_0_17) over (
            partition by landed.la_code, landed.mid_year, landed.released_on
        ) as greatest_population
    from landed
    left join superseded
        on
            landed.file_id = superseded.file_id
            and landed.la_code = superseded.la_code
            and landed.mid_year = superseded.mid_year
    where superseded.file_id is null
),

united as (
    select
        la_code,
        mid_year,
        population_0_17,
        released_on,
        source as estimate_source
    from seeded
    union all
    select
        la_code,
        mid_year,
        population_0_17,
        released_on,
        estimate_source
    from standing
    where least_population = greatest_population
),

ranked as (
    select
        *,
        row_number() over (
            partition by la_code, mid_year, released_on
            order by estimate_source, population_0_17
        ) as occurrence
    from united
),

final as (
    select
        la_code,
        mid_year,
        population_0_17,
        released_on,
        estimate_source
    from ranked
    where occurrence = 1
)

select * from final
