-- An identifier that a file calls something else is a cell with the identifier's role.
with delivered as (
    select * from {{ source('dfe', 'rows') }}
),

files as (
    select * from {{ ref('stg_dfe__files') }}
),

cells as (
    select * from {{ ref('stg_dfe__cells') }}
),

renamed as (
    select
        file_id,
        row_number,
        max(case when column_role = 'time_period' then cell_value end) as time_period,
        max(case when column_role = 'time_identifier' then cell_value end) as time_identifier,
        max(case when column_role = 'geographic_level' then cell_value end) as geographic_level,
        max(case when column_role = 'country_code' then cell_value end) as country_code,
        max(case when column_role = 'country_name' then cell_value end) as country_name,
        max(case when column_role = 'region_code' then cell_value end) as region_code,
        max(case when column_role = 'region_name' then cell_value end) as region_name,
        max(case when column_role = 'old_la_code' then cell_value end) as old_la_code,
        max(case when column_role = 'la_name' then cell_value end) as la_name,
        max(case when column_role = 'new_la_code' then cell_value end) as new_la_code
    from cells
    where
        column_role in (
            'time_period', 'time_identifier', 'geographic_level', 'country_code', 'country_name', 'region_code',
            'region_name', 'old_la_code', 'la_name', 'new_la_code'
        )
    group by file_id, row_number
),

final as (
    select
        delivered.file_id,
        delivered.row_number,
        coalesce({{ published_code(clean_text('delivered.time_period')) }}, renamed.time_period) as time_period,
        coalesce({{ clean_text('delivered.time_identifier') }}, renamed.time_identifier) as time_identifier,
        coalesce({{ clean_text('delivered.geographic_level') }}, renamed.geographic_level) as geographic_level,
        coalesce({{ clean_text('delivered.country_code') }}, renamed.country_code) as country_code,
        coalesce({{ clean_text('delivered.country_name') }}, renamed.country_name) as country_name,
        coalesce({{ clean_text('delivered.region_code') }}, renamed.region_code) as region_code,
        coalesce({{ clean_text('delivered.region_name') }}, renamed.region_name) as region_name,
        coalesce({{ published_code(clean_text('delivered.old_la_code')) }}, renamed.old_la_code) as old_la_code,
        coalesce({{ clean_text('delivered.la_name') }}, renamed.la_name) as la_name,
        coalesce({{ clean_text('delivered.new_la_code') }}, renamed.new_la_code) as new_la_code
    from delivered
    inner join files on delivered.file_id = files.file_id
    left join renamed
        on
            delivered.file_id = renamed.file_id
            and delivered.row_number = renamed.row_number
)

select * from final
