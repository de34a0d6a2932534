with child_keys as (
    select * from {{ source('reference', 'child_keys') }}
),

renumbered as (
    select * from {{ ref('stg_crosswalk__children') }}
),

first_numbers as (
    select distinct
        la_code,
        number_now,
        first_number
    from renumbered
),

-- A child whose number has changed keeps the key of the first one; under a former number there is nobody any more.
final as (
    -- Two loads that met the same new child wrote the same keyed hash.
    select distinct
        child_keys.la_code,
        coalesce(first_numbers.number_now, child_keys.child) as child,
        child_keys.child_key
    from child_keys
    left join first_numbers
        on child_keys.la_code = first_numbers.la_code and child_keys.child = first_numbers.first_number
    left join renumbered
        on child_keys.la_code = renumbered.la_code and child_keys.child = renumbered.old_child_id
    left join first_numbers as present
        on child_keys.la_code = present.la_code and child_keys.child = present.number_now
    where
        first_numbers.first_number is not null
        or (renumbered.old_child_id is null and present.number_now is null)
)

select * from final
