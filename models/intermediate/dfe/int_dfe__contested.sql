{{ config(meta={'definition': '0'}) }}
-- Where the files of a release say different things of one figure: which counts. A file that another one with this
-- figure supersedes does not. What is left must agree, and no file of it contradict itself: else the figure is
-- withheld, for nothing but the order of the names would decide. A blank says nothing, and a file in which the figure
-- is not applicable or not available contradicts none that has it.
with published as (
    select
        *,
        {{ published_statement('value', 'symbol', 'raw_value') }} as said
    from {{ ref('int_dfe__values') }}
    where release is not null and metric_id is not null
),

successions as (
    select * from {{ ref('int_dfe__successions') }}
),

differing as (
    select
        release,
        collection_year,
        geography_code,
        metric_id,
        breakdown,
        category,
        unit
    from published
    where said is not null
    group by release, collection_year, geography_code, metric_id, breakdown, category, unit
    having min(said) <> max(said) or max(case when is_contradicted then 1 else 0 end) = 1
),

claims as (
    select published.*
    from published
    inner join differing
        on
            published.release = differing.release
            and published.collection_year = differing.collection_year
            and published.geography_code = differing.geography_code
            and published.metric_id = differing.metric_id
            and published.breakdown = differing.breakdown
            and published.category = differing.category
            and published.unit = differing.unit
    where published.said is not null
),

supersessions as (
    select
        claims.release,
        claims.collection_year,
        claims.geography_code,
        claims.metric_id,
        claims.breakdown,
        claims.category,
        claims.unit,
        claims.file_id,
        successions.file_name as superseded_by,
        successions.decided_by,
        row_number() over (
            partition by
                claims.release,
                claims.collection_year,
                claims.geography_code,
                claims.metric_id,
                claims.breakdown,
                claims.category,
                claims.unit,
                claims.file_id
            order by successions.file_name
        ) as occurrence
    from claims
    inner join successions on claims.file_id = successions.superseded_file_id
    inner join claims as later
        on
            successions.file_id = later.file_id
            and claims.release = later.release
            and claims.collection_year = later.collection_year
            and claims.geography_code = later.geography_code
            and claims.metric_id = later.metric_id
            and claims.breakdown = later.breakdown
            and claims.category = later.category
            and claims.unit = later.unit
),

superseded as (
    select * from supersessions
    where occurrence = 1
),

judged as (
    select
        claims.*,
        superseded.superseded_by,
        superseded.decided_by,
        case when superseded.file_id is null then claims.said end as standing_statement,
        case
            when superseded.file_id is null then {{ published_claim('claims.said', 'claims.symbol') }}
        end as standing_claim,
        case when superseded.file_id is null and claims.is_contradicted then 1 else 0 end as is_torn,
        case when superseded.file_id is null then 0 else 1 end as is_superseded
    from claims
    left join superseded
        on
            claims.release = superseded.release
            and claims.collection_year = superseded.collection_year
            and claims.geography_code = superseded.geography_code
            and claims.metric_id = superseded.metric_id
            and claims.breakdown = superseded.breakdown
            and claims.category = superseded.category
            and claims.unit = superseded.unit
            and claims.file_id = superseded.file_id
),

summed as (
    select
        *,
        min(standing_statement) over (
            partition by release, collection_year, geography_code, metric_id, breakdown, category, unit
        ) as least_statement,
        min(standing_claim) over (
            partition by release, collection_year, geography_code, metric_id, breakdown, category, unit
        ) as least_claim,
        max(standing_claim) over (
            partition by release, collection_year, geography_code, metric_id, breakdown, category, unit
        ) as greatest_claim,
        max(is_torn) over (
            partition by release, collection_year, geography_code, metric_id, breakdown, category, unit
        ) as torn,
        max(is_superseded) over (
            partition by release, collection_year, geography_code, metric_id, breakdown, category, unit
        ) as superseded_files
    from judged
),

decided as (
    select
        *,
        torn = 0
        and least_statement is not null
        and (least_claim is null or least_claim = greatest_claim) as is_decided,
        coalesce(least_claim, least_statement) as decided_statement
    from summed
),

final as (
    select
        file_id,
        file_name,
        release,
        published_on,
        row_number,
        collection_year,
        geographic_level,
        geography_code,
        geography_name,
        la_code,
        region_code,
        metric_id,
        breakdown,
        category,
        unit,
        value,
        symbol,
        raw_value,
        rounding_base,
        is_contradicted,
        superseded_by,
        decided_by,
        is_decided,
        is_decided and superseded_by is null and said = decided_statement as is_used,
        not is_decided or superseded_files = 1 as is_conflict
    from decided
)

select * from final
