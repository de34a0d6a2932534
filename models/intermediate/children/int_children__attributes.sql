{{ config(meta={'definition': '11.1, 11.4'}) }}
-- Every child in Header, in an episode or among the care leavers, with the attributes of the latest return whose Header
-- has the child; a child whom no Header names is kept, its attributes not known.
with headers as (
    select * from {{ ref('stg_ssda903__header') }}
),

episodes as (
    select distinct
        la_code,
        child
    from {{ ref('stg_ssda903__episodes') }}
),

care_leavers as (
    select distinct
        la_code,
        child
    from {{ ref('stg_ssda903__oc3') }}
),

ethnicities as {{ code_list('ethnicity') }},

latest as {{ latest_by_key('headers', ssda903_tables()['header']) }},

children as (
    select
        la_code,
        child
    from latest
    union
    select * from episodes
    union
    select * from care_leavers
),

final as (
    select
        children.la_code,
        children.child,
        latest.dob,
        case latest.sex when 'M' then 'Male' when 'F' then 'Female' else 'Unknown' end as sex,
        latest.ethnic,
        coalesce(
            ethnicities.dfe_publication_group,
            'Refused or information not yet available'
        ) as ethnicity_group,
        latest.child is not null as has_header
    from children
    left join latest on children.la_code = latest.la_code and children.child = latest.child
    left join ethnicities on latest.ethnic = ethnicities.code
)

select * from final
