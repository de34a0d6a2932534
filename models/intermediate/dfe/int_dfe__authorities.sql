-- What the landed lists say of an authority; the list with ONS codes goes before the one without.
with files as (
    select * from {{ ref('int_dfe__files') }}
    where layout in ('authorities', 'regions') and is_mapped
),

cells as (
    select * from {{ ref('stg_dfe__cells') }}
),

stg_rows as (
    select * from {{ ref('stg_dfe__rows') }}
),

numbers as (
    select
        file_id,
        row_number,
        max(case when column_role = 'area_number' then cell_value end) as area_number,
        max(case when column_role = 'area_type' then cell_value end) as authority_type
    from cells
    group by file_id, row_number
),

listed as (
    select
        files.layout,
        files.file_name,
        coalesce(stg_rows.old_la_code, numbers.area_number) as la_code,
        stg_rows.la_name,
        stg_rows.new_la_code as ons_code,
        {{ whole_region('stg_rows.region_code') }} as region_code,
        numbers.authority_type
    from stg_rows
    inner join files on stg_rows.file_id = files.file_id
    left join numbers
        on
            stg_rows.file_id = numbers.file_id
            and stg_rows.row_number = numbers.row_number
),

final as (
    select
        la_code,
        max(la_name) as la_name,
        max(ons_code) as ons_code,
        max(region_code) as region_code,
        max(authority_type) as authority_type,
        count(*) as listed_count
    from listed
    where
        {{ try_integer('la_code') }} between 100 and 999
        -- A list of areas has the regions too; they have no type and no ONS code.
        and (layout = 'regions' or authority_type is not null)
    group by la_code
)

select * from final
