{%- set delivered_columns = [
    'child', 'dob_text', 'dolo_start_text', 'dolo_end_text'
] -%}

with deliveries as (
    select * from {{ ref('int_deliveries__current') }}
),

delivered as (
    select * from {{ source('ssda903', 'dolo') }}
),

cleaned as (
    select
        {{ delivered_row_columns() }},
        {{ clean_text('delivered.child') }} as child,
        {{ clean_text('delivered.dob') }} as dob_text,
        {{ clean_text('delivered.dolo_start') }} as dolo_start_text,
        {{ clean_text('delivered.dolo_end') }} as dolo_end_text
    from delivered
    inner join deliveries
        on
            delivered.delivery_id = deliveries.delivery_id
            and delivered.content_hash = deliveries.content_hash
),

typed as (
    select
        cleaned.*,
        {{ try_date('cleaned.dob_text') }} as dob,
        {{ try_date('cleaned.dolo_start_text') }} as dolo_start,
        {{ try_date('cleaned.dolo_end_text') }} as dolo_end
    from cleaned
),

ruled as (
    select
        typed.*,
        {{ string_list_of([
            missing_key('child'),
            unreadable_mandatory_date('dolo_start'),
            impossible_date_order('dolo_start', 'dolo_end')
        ]) }} as failed_rules,
        {{ string_list_of([
            unreadable_date_nulled('dob'),
            unreadable_date_nulled('dolo_end')
        ]) }} as repair_rules
    from typed
),

duplicates as {{ rejected_duplicates(
    'ruled',
    key=['child', 'dolo_start'],
    values=delivered_columns
) }},

final as (
    select
        ruled.la_code,
        ruled.collection_year,
        ruled.delivery_id,
        ruled.file_name,
        ruled.row_number,
        ruled.child,
        ruled.dob,
        ruled.dolo_start,
        ruled.dolo_end,
        ruled.is_current,
        coalesce(duplicates.duplicate_rule, ruled.failed_rules) as failed_rules,
        ruled.repair_rules,
        case
            when duplicates.duplicate_rule is not null or ruled.failed_rules <> '' or ruled.repair_rules <> ''
                then {{ row_content('ruled', delivered_columns) }}
        end as raw_content
    from ruled
    left join duplicates
        on
            ruled.delivery_id = duplicates.delivery_id
            and ruled.file_name = duplicates.file_name
            and ruled.row_number = duplicates.row_number
)

select * from final
