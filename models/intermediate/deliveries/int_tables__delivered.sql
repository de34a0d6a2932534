{{ config(meta={'definition': '12.17'}) }}
-- A headers-only file counts as delivered: that is how "none" differs from "not told".
with files as (
    select * from {{ ref('stg_landing__files') }}
),

deliveries as (
    select * from {{ ref('int_deliveries__current') }}
    where is_current
),

final as (
    select distinct
        deliveries.la_code,
        deliveries.collection_year,
        -- Both datasets have a table called reviews.
        case
            when deliveries.dataset = 'iro' and files.table_name = 'reviews' then 'iro_reviews'
            else files.table_name
        end as table_name,
        deliveries.dataset,
        deliveries.covers_to
    from deliveries
    inner join files on deliveries.delivery_id = files.delivery_id
    where files.table_name is not null and not files.is_rejected
)

select * from final
