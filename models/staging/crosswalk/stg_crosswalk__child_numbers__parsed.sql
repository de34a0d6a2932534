{%- set delivered_columns = ['old_child_id', 'new_child_id'] -%}

with cleaned as (
    select * from {{ ref('stg_crosswalk__child_numbers__cleaned') }}
),

links as (
    select * from {{ ref('stg_crosswalk__links') }}
),

-- A crosswalk that a later one of its year has replaced renumbers nobody, and nobody has to put it right.
linked as (
    select
        cleaned.*,
        links.failed_rule
    from cleaned
    left join links
        on
            cleaned.is_latest
            and cleaned.la_code = links.la_code
            and cleaned.old_child_id = links.old_child_id
            and cleaned.new_child_id = links.new_child_id
),

ruled as (
    select
        *,
        {{ string_list_of([missing_key('old_child_id'), missing_key('new_child_id'), 'failed_rule']) }} as failed_rules,
        '' as repair_rules
    from linked
),

duplicates as {{ rejected_duplicates(crosswalk_tables()['child_numbers'], delivered_columns) }},

final as {{ judged_rows(['old_child_id', 'new_child_id'], delivered_columns) }}

select * from final
