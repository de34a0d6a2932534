/*
  Ingest, in Python, and staging, in SQL, must trim a child's number and a reviewing officer's alike; else the child has
  no key and drops out of everything published, and the officer's caseload is published under nobody.
*/
{%- set tables_with_officer = [
    'iro_staff', 'iro_allocations', 'reviews', 'pre_review_consultations', 'case_tracking', 'disputes', 'audits'
] -%}
with people as (
    {% for table in judged_tables() if table.has_child %}
        select
            la_code,
            'child' as person,
            child as own_number
        from {{ ref(table.model) }}
        union
    {% endfor %}
    {% for table in tables_with_officer %}
        select
            la_code,
            'officer' as person,
            iro_id as own_number
        from {{ ref('stg_iro__' ~ table) }}
        {{ 'union' if not loop.last }}
    {% endfor %}
),

keys as (
    select
        la_code,
        'child' as person,
        child as own_number,
        child_key as person_key
    from {{ ref('stg_reference__child_keys') }}
    union all
    select
        la_code,
        'officer' as person,
        iro_id as own_number,
        iro_key as person_key
    from {{ ref('stg_reference__iro_keys') }}
)

select people.la_code
from people
left join keys
    on
        people.la_code = keys.la_code
        and people.person = keys.person
        and people.own_number = keys.own_number
where
    keys.person_key is null
    and people.own_number is not null
