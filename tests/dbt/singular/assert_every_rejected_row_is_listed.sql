/*
  Every rejected row stands in rejected_records with a rule that rejects and a finished sentence.
  Catches: a rule of staging without a sentence, a sentence whose {column} stayed unfilled, and a count without a list.
*/
with listed as (
    select
        delivery_id,
        file_name,
        table_name,
        count(distinct row_number) as rows_listed
    from {{ ref('rejected_records') }}
    group by delivery_id, file_name, table_name
),

rejected_files as (
    select * from {{ ref('rejected_files') }}
),

read_files as (
    select delivery_audit.*
    from {{ ref('delivery_audit') }} as delivery_audit
    left join rejected_files
        on
            delivery_audit.delivery_id = rejected_files.delivery_id
            and delivery_audit.file_name = rejected_files.file_name
            and delivery_audit.table_name is not distinct from rejected_files.table_name
    where rejected_files.file_name is null
),

unlisted as (
    select
        read_files.delivery_id,
        read_files.file_name,
        read_files.table_name,
        'rows rejected are not the rows listed' as finding
    from read_files
    left join listed
        on
            read_files.delivery_id = listed.delivery_id
            and read_files.file_name = listed.file_name
            and read_files.table_name = listed.table_name
    where read_files.rows_rejected <> coalesce(listed.rows_listed, 0)
),

unsaid as (
    select
        records.delivery_id,
        records.file_name,
        records.table_name,
        'rule ' || records.rule_id || ' has no finished sentence, or does not reject' as finding
    from {{ ref('rejected_records') }} as records
    left join {{ ref('quality_rules') }} as rules on records.rule_id = rules.rule_id
    where
        records.message is null
        or records.message like '%{column}%'
        or rules.effect is distinct from 'reject'
)

select * from unlisted
union all
select * from unsaid
