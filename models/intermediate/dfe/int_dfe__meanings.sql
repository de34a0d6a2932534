{{ config(meta={'definition': '0'}) }}
-- What each path of labels in a file means. One path may be several figures of the catalogue (children placed over 20
-- miles away are a category of the distance and a metric of their own); a path that no alias knows means nothing yet.
with labels as (
    select * from {{ ref('int_dfe__labels') }}
),

files as (
    select * from {{ ref('int_dfe__files') }}
    where layout = 'statistics' and is_mapped
),

aliases as (
    select * from {{ ref('dfe_labels') }}
),

paths as (
    select
        labels.file_id,
        files.topic,
        labels.group_key,
        labels.item_key,
        count(*) as row_count
    from labels
    inner join files on labels.file_id = files.file_id
    group by labels.file_id, files.topic, labels.group_key, labels.item_key
),

keyed as (
    select
        coalesce(topic, '') as topic,
        coalesce({{ published_label('group_label') }}, '') as group_key,
        coalesce({{ published_label('item_label') }}, '') as item_key,
        breakdown,
        category,
        number_metric_id,
        percentage_metric_id,
        rate_metric_id,
        number_unit,
        number_rounding_base
    from aliases
),

matched as (
    select
        paths.file_id,
        paths.group_key,
        paths.item_key,
        keyed.breakdown,
        keyed.category,
        keyed.number_metric_id,
        keyed.percentage_metric_id,
        keyed.rate_metric_id,
        keyed.number_unit,
        keyed.number_rounding_base
    from paths
    inner join keyed
        on
            paths.group_key = keyed.group_key
            and paths.item_key = keyed.item_key
    where keyed.topic = '' or keyed.topic = paths.topic
),

final as (
    select
        paths.file_id,
        paths.group_key,
        paths.item_key,
        paths.row_count,
        matched.file_id is not null as is_known,
        matched.breakdown,
        matched.category,
        matched.number_metric_id,
        matched.percentage_metric_id,
        matched.rate_metric_id,
        matched.number_unit,
        matched.number_rounding_base
    from paths
    left join matched
        on
            paths.file_id = matched.file_id
            and paths.group_key = matched.group_key
            and paths.item_key = matched.item_key
)

select * from final
