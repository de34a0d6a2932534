{{ config(meta={'definition': '11.13'}) }}
-- Children looked after for the whole financial year, with their health and offending record. Computed from episodes: a
-- cohort child without an OC2 row counts as not done.
with cohort as (
    select * from {{ ref('int_looked_after__all_period') }}
    where period_type = 'financial_year'
),

oc2 as (
    select * from {{ ref('stg_ssda903__oc2') }}
),

final as (
    select
        cohort.la_code,
        cohort.period_end,
        cohort.child,
        oc2.child is not null as has_oc2_row,
        oc2.convicted,
        oc2.health_check,
        oc2.immunisations,
        oc2.teeth_check,
        oc2.health_assessment,
        oc2.substance_misuse,
        oc2.sdq_score
    from cohort
    left join oc2
        on
            cohort.la_code = oc2.la_code
            and cohort.child = oc2.child
            and cohort.last_collection_year = oc2.collection_year
)

select * from final
