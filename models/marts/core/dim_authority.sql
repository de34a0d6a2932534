-- Every authority of the reference list, and any other that delivered, so that no figure is lost for want of a name.
with authorities as (
    select * from {{ ref('authorities') }}
),

years as (
    select * from {{ ref('int_collection_years__delivered') }}
),

delivering as (
    select
        la_code,
        max(case when is_synthetic then 1 else 0 end) = 1 as is_synthetic
    from years
    group by la_code
),

codes as (
    select la_code from authorities
    union
    select la_code from delivering
),

final as (
    select
        codes.la_code,
        authorities.ons_code,
        coalesce(authorities.la_name, 'Authority ' || codes.la_code) as la_name,
        authorities.region_code,
        authorities.region_name,
        authorities.valid_from,
        authorities.valid_to,
        delivering.la_code is not null as has_delivered,
        coalesce(delivering.is_synthetic, false) as is_synthetic
    from codes
    left join authorities on codes.la_code = authorities.la_code
    left join delivering on codes.la_code = delivering.la_code
)

select * from final
