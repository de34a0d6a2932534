with files as (
    select * from {{ ref('int_dfe__files') }}
),

final as (
    select
        release,
        file_name,
        layout,
        topic,
        is_mapped,
        sentence,
        unknown_columns,
        column_list,
        row_count,
        rows_unread,
        encoding,
        sha256,
        published_on,
        loaded_at
    from files
)

select * from final
