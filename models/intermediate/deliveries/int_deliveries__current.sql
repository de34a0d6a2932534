-- The one place that applies `as_known_at` and decides which of several deliveries of a year counts.
-- A return without episodes is no return: a lone correction of the reviews file must not push out the year's data.
with deliveries as (
    select * from {{ ref('stg_landing__deliveries') }}
    where extracted_on <= {{ date_literal(var('as_known_at') or '9999-12-31') }}
),

files as (
    select * from {{ ref('stg_landing__files') }}
),

read_files as (
    select
        delivery_id,
        count(case when table_name = 'episodes' and rows_parsed > 0 then 1 end) as episodes_files_with_rows
    from files
    where table_name is not null and not is_rejected
    group by delivery_id
),

judged as (
    select
        deliveries.*,
        case
            when read_files.delivery_id is null then false
            when deliveries.dataset = 'ssda903' then read_files.episodes_files_with_rows > 0
            else true
        end as is_usable
    from deliveries
    left join read_files on deliveries.delivery_id = read_files.delivery_id
),

latest as (
    select
        la_code,
        dataset,
        collection_year,
        max(extracted_on) as extracted_on
    from judged
    where is_usable
    group by
        la_code,
        dataset,
        collection_year
),

final as (
    select
        judged.delivery_id,
        judged.la_code,
        judged.dataset,
        judged.collection_year,
        judged.extracted_on,
        judged.status,
        judged.supplier,
        judged.is_synthetic,
        judged.content_hash,
        judged.file_count,
        judged.loaded_at,
        judged.replaced_content_hash,
        judged.replaced_at,
        judged.is_usable,
        judged.is_usable and latest.extracted_on is not null as is_current,
        least(
            judged.extracted_on, {{ last_day_of_collection_year('judged.collection_year') }}
        ) as covers_to
    from judged
    left join latest
        on
            judged.la_code = latest.la_code
            and judged.dataset = latest.dataset
            and judged.collection_year = latest.collection_year
            and judged.extracted_on = latest.extracted_on
)

select * from final
