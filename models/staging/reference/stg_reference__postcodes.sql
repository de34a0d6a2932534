{{ config(materialized='view') }}
-- Of two and a half million rows a build looks up some thousands: they are not written a second time.
with postcodes as (
    select * from {{ source('reference', 'postcodes') }}
),

final as (
    select
        postcode,
        easting,
        northing,
        district_code
    from postcodes
)

select * from final
