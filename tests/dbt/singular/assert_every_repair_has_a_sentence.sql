/*
  Catches: a repair whose rule is not in quality_rules, or whose sentence names no column.
*/
select
    records.delivery_id,
    records.file_name,
    records.rule_id
from {{ ref('repaired_records') }} as records
left join {{ ref('quality_rules') }} as rules on records.rule_id = rules.rule_id
where
    records.message is null
    or records.message like '%{column}%'
    or rules.effect is distinct from 'repair'
