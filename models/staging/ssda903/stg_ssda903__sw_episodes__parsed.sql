{%- set delivered_columns = [
    'child', 'dob_text', 'sw_id', 'sw_decom_text', 'sw_dec_text', 'sw_reason_text'
] -%}

with deliveries as (
    select * from {{ ref('int_deliveries__current') }}
),

delivered as (
    select * from {{ source('ssda903', 'sw_episodes') }}
),

sw_reason_codes as {{ codes_of('sw_reason') }},

cleaned as (
    select
        {{ delivered_row_columns() }},
        {{ clean_text('delivered.child') }} as child,
        {{ clean_text('delivered.dob') }} as dob_text,
        {{ clean_code('delivered.sw_id') }} as sw_id,
        {{ clean_text('delivered.sw_decom') }} as sw_decom_text,
        {{ clean_text('delivered.sw_dec') }} as sw_dec_text,
        {{ clean_text('delivered.sw_reason') }} as sw_reason_text
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
        {{ try_date('cleaned.sw_decom_text') }} as sw_decom,
        {{ try_date('cleaned.sw_dec_text') }} as sw_dec,
        {{ decoded('sw_reason') }}
    from cleaned
    {{ join_codes(['sw_reason']) }}
),

ruled as (
    select
        typed.*,
        {{ string_list_of([
            missing_key('child'),
            missing_key('sw_id'),
            unreadable_mandatory_date('sw_decom'),
            impossible_date_order('sw_decom', 'sw_dec')
        ]) }} as failed_rules,
        {{ string_list_of([
            unreadable_date_nulled('dob'),
            unreadable_date_nulled('sw_dec'),
            unknown_code_nulled('sw_reason'),
            'sw_reason_year_repair'
        ]) }} as repair_rules
    from typed
),

duplicates as {{ rejected_duplicates(
    'ruled',
    key=['child', 'sw_id', 'sw_decom'],
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
        ruled.sw_id,
        ruled.sw_decom,
        ruled.sw_dec,
        ruled.sw_reason,
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
