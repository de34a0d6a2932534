{{ config(meta={'definition': '0'}) }}
-- The labels of each row of a file that is laid out like DfE's statistics; what they mean is said in the seeds. A
-- heading below a heading is one with it: CLA on 31 March / Any moves.
with cells as (
    select * from {{ ref('stg_dfe__cells') }}
    where column_role in ('group', 'subgroup', 'item')
),

pivoted as (
    select
        file_id,
        row_number,
        max(case when column_role = 'group' then cell_value end) as group_label,
        max(case when column_role = 'subgroup' then cell_value end) as subgroup_label,
        max(case when column_role = 'item' then cell_value end) as item_label
    from cells
    group by file_id, row_number
),

headed as (
    select
        file_id,
        row_number,
        coalesce(group_label || ' / ' || subgroup_label, group_label, subgroup_label) as group_label,
        item_label
    from pivoted
),

final as (
    select
        file_id,
        row_number,
        group_label,
        item_label,
        coalesce({{ published_label('group_label') }}, '') as group_key,
        coalesce({{ published_label('item_label') }}, '') as item_key
    from headed
)

select * from final
