-- Files of a release that had not been published yet at `as_known_at` are unknown. Of a release whose day nobody has
-- written down it is the last day of its year, which is never too early.
with files as (
    select * from {{ source('published', 'files') }}
),

releases as (
    select * from {{ ref('published_releases') }}
),

dated as (
    select
        files.*,
        coalesce(releases.published_on, {{ try_date("files.release || '-12-31'") }}) as published_on
    from files
    left join releases on files.release = releases.release
),

final as (
    select
        file_id,
        file_path,
        release,
        published_on,
        case
            when release is not null then substring(file_path, length(split_part(file_path, '/', 1)) + 2)
            else file_path
        end as file_name,
        sha256,
        size_bytes,
        encoding,
        row_count,
        rows_unread,
        message,
        loaded_at
    from dated
    {%- if var('as_known_at') %}
        where published_on is null or published_on <= {{ date_literal(var('as_known_at')) }}
    {%- endif %}
)

select * from final
