-- A crosswalk is judged line by line (stg_crosswalk__links) and never as a whole: the latest readable one of its year
-- is in force, and so are those of other years beside it, as an authority may change its system twice.
with known as (
    select * from {{ ref('int_deliveries__known') }}
    where dataset = 'crosswalk'
),

authorities as (
    select * from {{ ref('authorities') }}
),

judged as (
    select
        known.*,
        known.is_readable and authorities.la_code is not null as is_usable,
        known.is_latest and authorities.la_code is not null as is_current
    from known
    left join authorities on known.la_code = authorities.la_code
),

final as (
    select
        delivery_id,
        la_code,
        dataset,
        collection_year,
        extracted_on,
        status,
        supplier,
        is_synthetic,
        declared_empty,
        content_hash,
        file_count,
        loaded_at,
        replaced_content_hash,
        replaced_at,
        is_usable,
        false as is_held,
        cast(null as string) as held_because,
        accepted_by,
        accepted_on,
        accepted_because,
        is_current,
        case
            when is_current then 'in force'
            when is_usable then 'superseded'
            else 'not used'
        end as delivery_status,
        covers_to
    from judged
)

select * from final
