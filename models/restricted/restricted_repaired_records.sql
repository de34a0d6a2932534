-- Rows that were used after a repair, with the child's own number and the row's content.
-- Repairs of single values come from staging, those of episodes against later returns from the stacking of returns.
with rules_broken as (
    select * from {{ ref('int_rows__rules_broken') }}
    where effect = 'repair'
),

settled as (
    select * from {{ ref('int_episodes__settled') }}
    where is_superseded or is_implied_end
),

quality_rules as (
    select * from {{ ref('quality_rules') }}
),

values_repaired as (
    select
        delivery_id,
        file_name,
        row_number,
        table_name,
        column_name,
        rule_id,
        child,
        raw_content
    from rules_broken
),

episodes_repaired as (
    select
        delivery_id,
        file_name,
        row_number,
        'episodes' as table_name,
        case when is_superseded then 'DECOM' else 'DEC' end as column_name,
        case when is_superseded then 'superseded_episode' else 'implied_end' end as rule_id,
        child,
        'CHILD=' || child || '; DECOM=' || cast(started_on as varchar(10)) as raw_content
    from settled
),

united as (
    select * from values_repaired
    union all
    select * from episodes_repaired
),

final as (
    select
        united.delivery_id,
        united.file_name,
        united.row_number,
        united.table_name,
        united.column_name,
        united.rule_id,
        replace(quality_rules.sentence, '{column}', united.column_name) as message,
        united.child,
        united.raw_content
    from united
    left join quality_rules on united.rule_id = quality_rules.rule_id
)

select * from final
