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
