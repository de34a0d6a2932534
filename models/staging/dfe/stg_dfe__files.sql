-- Files of a release that had not been published yet at `as_known_at` are unknown. A file came out on the day that is
-- said of it, else with its release; of a release whose day nobody has written down it is the last day of its year,
-- which is never too early. A day in a name that lies before its release is a day that the data are of.
with files as (
    select * from {{ source('dfe', 'files') }}
),

releases as (
    select * from {{ ref('dfe_releases') }}
),

joined as (
    select
        files.*,
        releases.published_on as release_published_on,
        {{ try_date("files.release || '-12-31'") }} as last_day_of_release,
        coalesce(releases.published_on, {{ try_date("files.release || '-04-01'") }}) as first_day_possible
    from files
    left join releases on files.release = releases.release
),

dated as (
    select
        *,
        case
            when said_published_on is not null then said_published_on
            when first_day_possible is null or named_on >= first_day_possible then named_on
        end as own_published_on
    from joined
),

final as (
    select
        file_id,
        file_path,
        release,
        case
            when release is not null then coalesce(own_published_on, release_published_on, last_day_of_release)
        end as published_on,
        -- Two folders may hold files of one release: those of another folder keep its name.
        case
            when split_part(file_path, '/', 1) = 'release_' || release
                then substring(file_path, length(split_part(file_path, '/', 1)) + 2)
            else file_path
        end as file_name,
        release_published_on,
        own_published_on,
        said_version as own_version,
        coalesce(said_revised, false) as is_revised,
        sha256,
        size_bytes,
        encoding,
        row_count,
        rows_unread,
        message,
        loaded_at
    from dated
    {%- if var('as_known_at') %}
        where
            release is null
            or coalesce(own_published_on, release_published_on, last_day_of_release)
            <= {{ date_literal(var('as_known_at')) }}
    {%- endif %}
)

select * from final
