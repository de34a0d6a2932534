-- The one place that applies `as_known_at`. Which of several deliveries of a year could be read and is the latest is
-- seen here; whether it is believed is judged from its rows, in int_returns__current and int_iro_extracts__current.
with deliveries as (
    select * from {{ ref('stg_landing__deliveries') }}
    where extracted_on <= {{ date_literal(var('as_known_at') or '9999-12-31') }}
),

files as (
    select * from {{ ref('stg_landing__files') }}
),

-- What a person has accepted are the very files that were judged: files that change are judged anew.
acceptances as (
    select * from {{ ref('stg_landing__acceptances') }}
),

read_files as (
    select
        delivery_id,
        count(case when table_name = 'episodes' then 1 end) as episodes_files,
        count(case when not is_rejected and rows_parsed > 0 then 1 end) as files_with_rows,
        count(
            case when table_name = 'episodes' and not is_rejected and rows_parsed > 0 then 1 end
        ) as episodes_files_with_rows
    from files
    where table_name is not null
    group by delivery_id
),

judged as (
    select
        deliveries.*,
        coalesce(read_files.episodes_files, 0) > 0 as has_episodes_file,
        case
            when read_files.delivery_id is null then false
            when deliveries.dataset = 'ssda903' then read_files.episodes_files_with_rows > 0
            else read_files.files_with_rows > 0
        end as is_readable
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
    where is_readable
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
        judged.declared_empty,
        judged.content_hash,
        judged.file_count,
        judged.loaded_at,
        judged.replaced_content_hash,
        judged.replaced_at,
        judged.has_episodes_file,
        judged.is_readable,
        judged.is_readable and latest.extracted_on is not null as is_latest,
        least(
            judged.extracted_on, {{ last_day_of_collection_year('judged.collection_year') }}
        ) as covers_to,
        {{ first_day_of_collection_year('judged.collection_year') }} as year_starts_on,
        {{ last_day_of_collection_year('judged.collection_year') }} as year_ends_on,
        acceptances.accepted_by,
        acceptances.accepted_on,
        acceptances.accepted_because
    from judged
    left join latest
        on
            judged.la_code = latest.la_code
            and judged.dataset = latest.dataset
            and judged.collection_year = latest.collection_year
            and judged.extracted_on = latest.extracted_on
    left join acceptances
        on
            judged.delivery_id = acceptances.delivery_id
            and judged.source_hash = acceptances.source_hash
)

select * from final
