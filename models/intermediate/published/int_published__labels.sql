{{ config(meta={'definition': '0'}) }}
-- The labels of each row of a file that is laid out like DfE's statistics; what they mean is said in the seeds.
with cells as (
    select * from {{ ref('stg_published__cells') }}
    where column_role in ('group', 'item')
),

final as (
    select
        file_id,
        row_number,
        max(case when column_role = 'group' then cell_value end) as group_label,
        max(case when column_role = 'item' then cell_value end) as item_label,
        coalesce(max(case when column_role = 'group' then {{ published_label('cell_value') }} end), '') as group_key,
        coalesce(max(case when column_role = 'item' then {{ published_label('cell_value') }} end), '') as item_key
    from cells
    group by file_id, row_number
)

select * from final
