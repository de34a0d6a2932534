-- One return a year: the latest usable delivery. What it covers decides which periods can be published.
with deliveries as (
    select * from {{ ref('int_deliveries__current') }}
),

final as (
    select
        la_code,
        collection_year,
        delivery_id,
        extracted_on,
        status,
        is_synthetic,
        covers_to,
        {{ first_day_of_collection_year('collection_year') }} as year_starts_on,
        {{ last_day_of_collection_year('collection_year') }} as year_ends_on
    from deliveries
    where is_current and dataset = 'ssda903'
)

select * from final
