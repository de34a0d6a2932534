with spells as (
    select * from {{ ref('int_legal_status_spells') }}
),

periods_of_care as (
    select * from {{ ref('int_periods_of_care') }}
),

children as (
    select * from {{ ref('int_children__attributes') }}
),

keys as (
    select * from {{ ref('stg_reference__child_keys') }}
),

final as (
    select
        {{ hash_key(['keys.child_key', 'spells.started_on']) }} as legal_status_spell_key,
        {{ hash_key(['keys.child_key', 'periods_of_care.started_on']) }} as period_of_care_key,
        keys.child_key,
        spells.la_code,
        cast(spells.period_number as bigint) as period_number,
        cast(spells.spell_number as bigint) as spell_number,
        spells.ls as legal_status_code,
        spells.started_on,
        {{ day_shown('spells.ended_on', 'children.dob') }} as ended_on
    from spells
    inner join periods_of_care
        on
            spells.la_code = periods_of_care.la_code
            and spells.child = periods_of_care.child
            and spells.period_number = periods_of_care.period_number
    inner join keys on spells.la_code = keys.la_code and spells.child = keys.child
    left join children on spells.la_code = children.la_code and spells.child = children.child
)

select * from final
