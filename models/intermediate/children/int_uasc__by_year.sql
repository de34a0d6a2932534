{{ config(meta={'definition': '11.1, 11.7'}) }}
-- A row belongs to the return's own year: a child may be an unaccompanied asylum-seeking child in one and not in the
-- next.
with uasc as (
    select * from {{ ref('stg_ssda903__uasc') }}
),

final as (
    select
        la_code,
        child,
        collection_year,
        duc as status_ceased_on
    from uasc
)

select * from final
