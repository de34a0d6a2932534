-- What was published and could not be placed: nothing of it is guessed, and each line says what to add to which seed.
-- Labels that are known and that the catalogue counts nothing by are not listed.
with files as (
    select * from {{ ref('int_dfe__files') }}
),

file_columns as (
    select * from {{ ref('stg_dfe__columns') }}
),

labels as (
    select * from {{ ref('int_dfe__labels') }}
),

meanings as (
    select * from {{ ref('int_dfe__meanings') }}
    where not is_known
),

indicators as (
    select * from {{ ref('int_dfe__indicators') }}
    where problem is not null
),

lait as (
    select * from {{ ref('int_dfe__lait') }}
    where problem is not null
),

unused_files as (
    select
        release,
        file_name,
        'file' as kind,
        cast(null as string) as published_label,
        row_count,
        sentence as message
    from files
    where not is_mapped
),

unknown_columns as (
    select
        files.release,
        files.file_name,
        'column' as kind,
        file_columns.header as published_label,
        files.row_count,
        'Nobody has said what this column is; add it to dfe_columns.csv.' as message
    from file_columns
    inner join files on file_columns.file_id = files.file_id
    where file_columns.column_role is null and files.unknown_columns is not null
),

unread_rows as (
    select
        release,
        file_name,
        'rows' as kind,
        cast(null as string) as published_label,
        rows_unread as row_count,
        'These rows are not as wide as the header and were left out.' as message
    from files
    where rows_unread > 0
),

unknown_labels as (
    select
        files.release,
        files.file_name,
        'label' as kind,
        coalesce(max(labels.group_label) || ' / ', '')
        || coalesce(max(labels.item_label), '(blank)') as published_label,
        count(*) as row_count,
        max(
            case
                when files.topic is null and labels.group_key <> ''
                    then
                        'No alias knows this label in a file whose subject is not told by its labels; add it to'
                        || ' dfe_labels.csv, or a label that tells the subject to dfe_topics.csv.'
                else 'No alias knows this label; add it to dfe_labels.csv.'
            end
        ) as message
    from labels
    inner join meanings
        on
            labels.file_id = meanings.file_id
            and labels.group_key = meanings.group_key
            and labels.item_key = meanings.item_key
    inner join files on labels.file_id = files.file_id
    group by files.release, files.file_name, labels.group_key, labels.item_key
),

unusable as (
    select
        release,
        file_name,
        row_number,
        problem,
        case problem
            when 'period' then coalesce(group_label || ' / ', '') || coalesce(item_label, '(blank)')
            when 'value' then raw_value
            else coalesce(geography_name, la_code)
        end as published_label
    from indicators
    union all
    select
        cast(null as string) as release,
        file_name,
        row_number,
        problem,
        case problem when 'value' then raw_value else coalesce(geography_name, lait_measure) end as published_label
    from lait
),

unusable_rows as (
    select
        release,
        file_name,
        problem as kind,
        published_label,
        count(distinct row_number) as row_count,
        case problem
            when 'period' then 'The period is no reporting year of four digits; these rows were left out.'
            when 'geography' then 'The row says of no known kind of place what it is about; these rows were left out.'
            when 'authority' then 'The authority is not in authorities.csv; its figures are compared with none.'
            else 'The text is neither a number nor a known symbol; the figure is blank.'
        end as message
    from unusable
    group by release, file_name, problem, published_label
),

united as (
    select * from unused_files
    union all
    select * from unknown_columns
    union all
    select * from unread_rows
    union all
    select * from unknown_labels
    union all
    select * from unusable_rows
),

final as (
    select
        release,
        file_name,
        kind,
        published_label,
        cast(row_count as bigint) as row_count,
        message
    from united
)

select * from final
