with cells as (
    select * from {{ source('dfe', 'cells') }}
),

file_columns as (
    select * from {{ ref('stg_dfe__columns') }}
),

cleaned as (
    select
        cells.file_id,
        cells.row_number,
        file_columns.column_role,
        file_columns.neighbour_rank,
        cells.raw_value,
        {{ clean_text('cells.raw_value') }} as cleaned_value
    from cells
    inner join file_columns
        on
            cells.file_id = file_columns.file_id
            and cells.position = file_columns.position
    where file_columns.column_role <> 'ignored'
),

final as (
    select
        file_id,
        row_number,
        column_role,
        neighbour_rank,
        raw_value,
        case
            when
                column_role in (
                    'area_number', 'lait_year', 'time_period', 'old_la_code', 'neighbour', 'neighbour_rank'
                )
                then {{ published_code('cleaned_value') }}
            -- Excel shows a share so, and writes what it shows into a CSV file.
            when column_role = 'percentage' and right(cleaned_value, 1) = '%'
                then {{ clean_text("left(cleaned_value, length(cleaned_value) - 1)") }}
            else {{ without_separators('cleaned_value') }}
        end as cell_value
    from cleaned
)

select * from final
