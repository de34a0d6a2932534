with cells as (
    select * from {{ source('published', 'cells') }}
),

file_columns as (
    select * from {{ ref('stg_published__columns') }}
),

final as (
    select
        cells.file_id,
        cells.row_number,
        file_columns.column_role,
        file_columns.neighbour_rank,
        cells.raw_value,
        {{ clean_text('cells.raw_value') }} as cell_value
    from cells
    inner join file_columns
        on
            cells.file_id = file_columns.file_id
            and cells.position = file_columns.position
    where file_columns.column_role <> 'ignored'
)

select * from final
