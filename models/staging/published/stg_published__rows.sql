{%- set identifiers = [
    'time_period', 'time_identifier', 'geographic_level', 'country_code', 'country_name', 'region_code', 'region_name',
    'old_la_code', 'la_name', 'new_la_code'
] -%}
-- An identifier that a file calls something else is a cell with the identifier's role.
with delivered as (
    select * from {{ source('published', 'rows') }}
),

files as (
    select * from {{ ref('stg_published__files') }}
),

cells as (
    select * from {{ ref('stg_published__cells') }}
),

renamed as (
    select
        file_id,
        row_number,
        {%- for identifier in identifiers %}
        max(case when column_role = '{{ identifier }}' then cell_value end) as {{ identifier }}{{ ',' if not loop.last }}
        {%- endfor %}
    from cells
    where
        column_role in (
            {%- for identifier in identifiers %}'{{ identifier }}'{{ ', ' if not loop.last }}{% endfor -%}
        )
    group by file_id, row_number
),

final as (
    select
        delivered.file_id,
        delivered.row_number,
        {%- for identifier in identifiers %}
        coalesce(
            {{ clean_text('delivered.' ~ identifier) }}, renamed.{{ identifier }}
        ) as {{ identifier }}{{ ',' if not loop.last }}
        {%- endfor %}
    from delivered
    inner join files on delivered.file_id = files.file_id
    left join renamed
        on
            delivered.file_id = renamed.file_id
            and delivered.row_number = renamed.row_number
)

select * from final
