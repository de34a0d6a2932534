{%- set delivered_columns = [
    'child', 'dob_text', 'missing_text', 'mis_start_text', 'mis_end_text'
] -%}

with deliveries as (
    select * from {{ ref('int_deliveries__current') }}
),

delivered as (
    select * from {{ source('ssda903', 'missing') }}
),

missing_codes as {{ codes_of('missing') }},

cleaned as (
    select
        {{ delivered_row_columns() }},
        {{ clean_text('delivered.child') }} as child,
        {{ clean_text('delivered.dob') }} as dob_text,
        {{ clean_text('delivered.missing') }} as missing_text,
        {{ clean_text('delivered.mis_start') }} as mis_start_text,
        {{ clean_text('delivered.mis_end') }} as mis_end_text
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
        {{ decoded('missing') }},
        {{ try_date('cleaned.mis_start_text') }} as mis_start,
        {{ try_date('cleaned.mis_end_text') }} as mis_end
    from cleaned
    {{ join_codes(['missing']) }}
),

ruled as (
    select
        typed.*,
        {{ string_list_of([
            missing_key('child'),
            missing_code_key('missing'),
            unknown_code('missing'),
            unreadable_mandatory_date('mis_start'),
            impossible_date_order('mis_start', 'mis_end')
        ]) }} as failed_rules,
        {{ string_list_of([
            unreadable_date_nulled('dob'),
            unreadable_date_nulled('mis_end'),
            'missing_year_repair'
        ]) }} as repair_rules
    from typed
),

duplicates as {{ rejected_duplicates(
    'ruled',
    key=['child', 'missing', 'mis_start'],
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
        ruled.missing,
        ruled.mis_start,
        ruled.mis_end,
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
