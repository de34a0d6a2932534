{%- set delivered_columns = [
    'child', 'dob_text', 'date_placed_text', 'date_placed_ceased_text', 'reason_placed_ceased_text'
] -%}

with deliveries as (
    select * from {{ ref('int_deliveries__current') }}
),

delivered as (
    select * from {{ source('ssda903', 'placed_adoption') }}
),

reason_placed_ceased_codes as {{ codes_of('reason_placed_ceased') }},

cleaned as (
    select
        {{ delivered_row_columns() }},
        {{ clean_text('delivered.child') }} as child,
        {{ clean_text('delivered.dob') }} as dob_text,
        {{ clean_text('delivered.date_placed') }} as date_placed_text,
        {{ clean_text('delivered.date_placed_ceased') }} as date_placed_ceased_text,
        {{ clean_text('delivered.reason_placed_ceased') }} as reason_placed_ceased_text
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
        {{ try_date('cleaned.date_placed_text') }} as date_placed,
        {{ try_date('cleaned.date_placed_ceased_text') }} as date_placed_ceased,
        {{ decoded('reason_placed_ceased') }}
    from cleaned
    {{ join_codes(['reason_placed_ceased']) }}
),

ruled as (
    select
        typed.*,
        {{ string_list_of([
            missing_key('child'),
            unreadable_mandatory_date('date_placed'),
            impossible_date_order('date_placed', 'date_placed_ceased')
        ]) }} as failed_rules,
        {{ string_list_of([
            unreadable_date_nulled('dob'),
            unreadable_date_nulled('date_placed_ceased'),
            unknown_code_nulled('reason_placed_ceased'),
            'reason_placed_ceased_year_repair'
        ]) }} as repair_rules
    from typed
),

duplicates as {{ rejected_duplicates(
    'ruled',
    key=['child', 'date_placed'],
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
        ruled.date_placed,
        ruled.date_placed_ceased,
        ruled.reason_placed_ceased,
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
