{{ config(meta={'definition': '0'}) }}
-- Which file of a release supersedes which, by what is said of both (docs/published-statistics.md). First the day: a
-- file that says nothing of itself came out with its release. Then the version: such a file is the first. Then that one
-- is a revision and the other the same without it. What is said of one file only decides nothing where the other says
-- something else of itself.
with files as (
    select * from {{ ref('int_dfe__files') }}
    where is_mapped
),

told as (
    select
        file_id,
        file_name,
        coalesce(release, '') as release_key,
        own_published_on,
        own_version,
        is_revised,
        coalesce(own_version, 1000) <= 1000
        and not is_revised
        and (own_published_on is null or coalesce(own_published_on = release_published_on, false)) as is_plain,
        release_published_on
    from files
),

compared as (
    select
        *,
        coalesce(own_published_on, case when is_plain then release_published_on end) as compared_day,
        coalesce(own_version, case when is_plain then 1000 end) as compared_version
    from told
),

pairs as (
    select
        later.file_id,
        later.file_name,
        earlier.file_id as superseded_file_id,
        earlier.file_name as superseded_file_name,
        case
            when later.compared_day <> earlier.compared_day
                then case when later.compared_day > earlier.compared_day then 'published_on' end
            when later.compared_version <> earlier.compared_version
                then case when later.compared_version > earlier.compared_version then 'version' end
            when
                later.is_revised
                and not earlier.is_revised
                and (
                    earlier.is_plain
                    or (
                        coalesce(
                            later.own_published_on = earlier.own_published_on,
                            later.own_published_on is null and earlier.own_published_on is null
                        )
                        and coalesce(
                            later.own_version = earlier.own_version,
                            later.own_version is null and earlier.own_version is null
                        )
                    )
                )
                then 'revised'
        end as decided_by
    from compared as later
    inner join compared as earlier
        on
            later.release_key = earlier.release_key
            and later.file_id <> earlier.file_id
),

final as (
    select
        file_id,
        file_name,
        superseded_file_id,
        superseded_file_name,
        decided_by
    from pairs
    where decided_by is not null
)

select * from final
