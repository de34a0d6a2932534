-- What was read otherwise than it was delivered, by file, column and rule, without a value.
with changes as (
    select * from {{ ref('stg_landing__spelling_changes') }}
),

deliveries as (
    select * from {{ ref('int_deliveries__current') }}
),

rules as (
    select
        rule_id,
        max(sentence) as sentence
    from {{ ref('spelling_rules') }}
    group by rule_id
),

final as (
    select
        changes.delivery_id,
        deliveries.la_code,
        changes.file_name,
        changes.table_name,
        upper(changes.column_name) as column_name,
        changes.rule_id,
        cast(sum(changes.cells) as bigint) as cells,
        rules.sentence
    from changes
    inner join deliveries on changes.delivery_id = deliveries.delivery_id
    left join rules on changes.rule_id = rules.rule_id
    group by
        changes.delivery_id,
        deliveries.la_code,
        changes.file_name,
        changes.table_name,
        changes.column_name,
        changes.rule_id,
        rules.sentence
)

select * from final
