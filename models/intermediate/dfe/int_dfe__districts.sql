with files as (
    select * from {{ ref('int_dfe__files') }}
    where layout = 'districts' and is_mapped
),

cells as (
    select * from {{ ref('stg_dfe__cells') }}
),

pivoted as (
    select
        cells.file_id,
        cells.row_number,
        max(case when cells.column_role = 'district_code' then cells.cell_value end) as district_code,
        max(case when cells.column_role = 'district_name' then cells.cell_value end) as district_name,
        max(case when cells.column_role = 'upper_tier_code' then cells.cell_value end) as upper_tier_code
    from cells
    inner join files on cells.file_id = files.file_id
    group by cells.file_id, cells.row_number
),

final as (
    select
        district_code,
        max(district_name) as district_name,
        max(upper_tier_code) as upper_tier_code
    from pivoted
    where district_code is not null
    group by district_code
)

select * from final
