{%- set delivered_columns = [
    'child', 'dob_text', 'prev_perm_text', 'la_perm_text', 'date_perm_text'
] -%}

-- DATE_PERM may be partial (zz/04/2016, zz/zz/2016, zz/zz/zzzz), so it becomes a range of days and a precision.
with deliveries as (
    select * from {{ ref('int_deliveries__current') }}
),

delivered as (
    select * from {{ source('ssda903', 'prev_perm') }}
),

prev_perm_codes as {{ codes_of('previous_permanence') }},

la_perm_codes as {{ authority_codes() }},

cleaned as (
    select
        {{ delivered_row_columns() }},
        {{ clean_text('delivered.child') }} as child,
        {{ clean_text('delivered.dob') }} as dob_text,
        {{ clean_text('delivered.prev_perm') }} as prev_perm_text,
        {{ clean_text('delivered.la_perm') }} as la_perm_text,
        {{ clean_text('delivered.date_perm') }} as date_perm_text
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
        {{ decoded('prev_perm') }},
        {{ decoded_authority('la_perm') }},
        {{ partial_date('upper(cleaned.date_perm_text)', 'date_perm') }}
    from cleaned
    {{ join_codes(['prev_perm', 'la_perm']) }}
),

ruled as (
    select
        typed.*,
        {{ string_list_of([
            missing_key('child')
        ]) }} as failed_rules,
        {{ string_list_of([
            unreadable_date_nulled('dob'),
            unknown_code_nulled('prev_perm'),
            'prev_perm_year_repair',
            unknown_code_nulled('la_perm'),
            unreadable_partial_date_nulled('date_perm')
        ]) }} as repair_rules
    from typed
),

duplicates as {{ rejected_duplicates(
    'ruled',
    key=['child'],
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
        ruled.prev_perm,
        ruled.la_perm,
        ruled.date_perm_earliest,
        ruled.date_perm_latest,
        ruled.date_perm_precision,
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
