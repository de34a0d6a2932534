-- For the authority's own staff, who must find the row in their system: with the child's number and the row's content.
with rules_broken as (
    select * from {{ ref('int_rows__rules_broken') }}
    where effect = 'reject'
),

rejected_lines as (
    select * from {{ ref('stg_landing__rejected_lines') }}
),

deliveries as (
    select * from {{ ref('int_deliveries__current') }}
),

quality_rules as (
    select * from {{ ref('quality_rules') }}
),

rows_rejected as (
    select
        rules_broken.delivery_id,
        rules_broken.file_name,
        rules_broken.row_number,
        rules_broken.table_name,
        rules_broken.column_name,
        rules_broken.rule_id,
        replace(quality_rules.sentence, '{column}', rules_broken.column_name) as message,
        rules_broken.child,
        rules_broken.raw_content
    from rules_broken
    left join quality_rules on rules_broken.rule_id = quality_rules.rule_id
),

lines_rejected as (
    select
        rejected_lines.delivery_id,
        rejected_lines.file_name,
        rejected_lines.row_number,
        rejected_lines.table_name,
        rejected_lines.column_name,
        rejected_lines.rule_id,
        coalesce(rejected_lines.message, quality_rules.sentence) as message,
        cast(null as string) as child,
        rejected_lines.raw_content
    from rejected_lines
    inner join deliveries on rejected_lines.delivery_id = deliveries.delivery_id
    left join quality_rules on rejected_lines.rule_id = quality_rules.rule_id
),

final as (
    select * from rows_rejected
    union all
    select * from lines_rejected
)

select * from final
