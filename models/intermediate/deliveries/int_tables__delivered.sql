{{ config(meta={'definition': '12.17'}) }}
-- A table is worth the rows of it that were accepted: one of which none was counts as not delivered, and so does one
-- that came as column names alone. That there is truly nothing must be said, in delivery.yaml.
with tables as (
    select * from {{ ref('int_returns__tables') }}
    union all
    select * from {{ ref('int_iro_extracts__tables') }}
),

deliveries as (
    select * from {{ ref('int_deliveries__current') }}
    where is_current
),

final as (
    select
        deliveries.la_code,
        deliveries.collection_year,
        -- Both datasets have a table called reviews.
        case
            when deliveries.dataset = 'iro' and tables.table_name = 'reviews' then 'iro_reviews'
            else tables.table_name
        end as table_name,
        deliveries.dataset,
        deliveries.covers_to
    from deliveries
    inner join tables on deliveries.delivery_id = tables.delivery_id
    where tables.rows_accepted > 0 or tables.is_declared_empty
)

select * from final
