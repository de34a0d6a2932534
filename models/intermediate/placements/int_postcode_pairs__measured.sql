{{ config(meta={'definition': '11.8'}) }}
-- Straight line between the home a child came from and the placement, for each pair of postcodes once: kilometres on
-- the national grid, over 1.6093, rounded to one decimal before anything is compared with it.
with episodes as (
    select * from {{ ref('int_episodes__in_care') }}
),

postcodes as (
    select * from {{ ref('stg_reference__postcodes') }}
),

districts as (
    select * from {{ ref('districts') }}
),

pairs as (
    select distinct
        home_post,
        pl_post
    from episodes
    where pl_post is not null or home_post is not null
),

delivered as (
    select home_post as postcode from pairs
    union distinct
    select pl_post from pairs
),

-- Northern Ireland has a grid of its own: its references cannot be compared with the others.
grid as (
    select
        postcodes.postcode,
        postcodes.district_code,
        case when postcodes.district_code not like 'N%' then postcodes.easting end as easting,
        case when postcodes.district_code not like 'N%' then postcodes.northing end as northing,
        coalesce(
            {{ nation_of('postcodes.district_code') }},
            -- The Channel Islands and the Isle of Man.
            case when postcodes.district_code not like 'E%' then 'NUK' else districts.la_code end
        ) as authority_code
    from delivered
    inner join postcodes on delivered.postcode = postcodes.postcode
    left join districts on postcodes.district_code = districts.district_code
),

final as (
    select
        pairs.home_post,
        pairs.pl_post,
        placement.authority_code as placement_authority_code,
        home.postcode is not null as is_home_post_known,
        placement.postcode is not null as is_placement_post_known,
        case
            when home.district_code like 'E%'
                then {{ half_up(
                    'sqrt(power(placement.easting - home.easting, 2) + power(placement.northing - home.northing, 2))'
                    ~ ' / 1000 / 1.6093', 1) }}
        end as distance_miles
    from pairs
    left join grid as home on pairs.home_post = home.postcode
    left join grid as placement on pairs.pl_post = placement.postcode
)

select * from final
