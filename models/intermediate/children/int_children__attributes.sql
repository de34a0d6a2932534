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

ranked as (
    select
        la_code,
        child,
        dob,
        sex,
        ethnic,
        collection_year,
        row_number() over (partition by la_code, child order by collection_year desc) as recency
    from headers
),

children as (
    select
        la_code,
        child
    from ranked
    where recency = 1
    union
    select * from episodes
    union
    select * from care_leavers
),

final as (
    select
        children.la_code,
        children.child,
        ranked.dob,
        case ranked.sex when 'M' then 'Male' when 'F' then 'Female' else 'Unknown' end as sex,
        ranked.ethnic,
        coalesce(
            ethnicities.dfe_publication_group,
            'Refused or information not yet available'
        ) as ethnicity_group,
        ranked.child is not null as has_header
    from children
    left join ranked
        on children.la_code = ranked.la_code and children.child = ranked.child and ranked.recency = 1
    left join ethnicities on ranked.ethnic = ethnicities.code
)

select * from final
