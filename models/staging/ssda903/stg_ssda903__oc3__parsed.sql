{%- set delivered_columns = [
    'child', 'dob_text', 'in_touch_text', 'activ_text', 'accom_text'
] -%}

-- '0' is the text of a code that means not known.
with deliveries as (
    select * from {{ ref('int_deliveries__current') }}
),

delivered as (
    select * from {{ source('ssda903', 'oc3') }}
),

in_touch_codes as {{ codes_of('in_touch') }},

activ_codes as {{ codes_of('activity') }},

accom_codes as {{ codes_of('accommodation') }},

cleaned as (
    select
        {{ delivered_row_columns() }},
        {{ clean_text('delivered.child') }} as child,
        {{ clean_text('delivered.dob') }} as dob_text,
        {{ clean_text('delivered.in_touch') }} as in_touch_text,
        {{ clean_text('delivered.activ') }} as activ_text,
        {{ clean_text('delivered.accom') }} as accom_text
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
        {{ decoded('in_touch') }},
        {{ decoded('activ') }},
        {{ decoded('accom') }}
    from cleaned
    {{ join_codes(['in_touch', 'activ', 'accom']) }}
),

ruled as (
    select
        typed.*,
        {{ string_list_of([
            missing_key('child'),
            unknown_code('in_touch')
        ]) }} as failed_rules,
        {{ string_list_of([
            unreadable_date_nulled('dob'),
            'in_touch_year_repair',
            unknown_code_nulled('activ'),
            'activ_year_repair',
            unknown_code_nulled('accom'),
            'accom_year_repair'
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
        ruled.in_touch,
        ruled.activ,
        ruled.accom,
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
