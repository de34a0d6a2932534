-- The rules that delivered rows broke, one by one. Repairs of a row that was rejected anyway repaired nothing.
with judged as (
    {% for table in judged_tables() %}
        select
            delivery_id,
            file_name,
            row_number,
            {{ 'child' if table.has_child else 'cast(null as string) as child' }},
            raw_content,
            '{{ table.name }}' as table_name,
            case when failed_rules <> '' then 'reject' else 'repair' end as effect,
            case when failed_rules <> '' then failed_rules else repair_rules end as rules
        from {{ ref(table.model ~ '__parsed') }}
        where failed_rules <> '' or repair_rules <> ''
        {{ 'union all' if not loop.last }}
    {% endfor %}
),

exploded as (
    select
        delivery_id,
        file_name,
        row_number,
        child,
        raw_content,
        table_name,
        effect,
        {{ string_list_explode('rules') }} as broken_rule
    from judged
),

final as (
    select
        delivery_id,
        file_name,
        row_number,
        table_name,
        upper(split_part(broken_rule, ':', 2)) as column_name,
        split_part(broken_rule, ':', 1) as rule_id,
        effect,
        child,
        raw_content
    from exploded
)

select * from final
