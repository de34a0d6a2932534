/*
  Ingest, in Python, and staging, in SQL, must trim a reviewing officer's number alike; else the officer's caseload is
  published under nobody.
*/
{%- set tables = [
    'iro_staff', 'iro_allocations', 'reviews', 'pre_review_consultations', 'case_tracking', 'disputes', 'audits'
] -%}
with officers as (
    {% for table in tables %}
        select
            la_code,
            iro_id
        from {{ ref('stg_iro__' ~ table) }}
        {{ 'union' if not loop.last }}
    {% endfor %}
)

select officers.la_code
from officers
left join {{ ref('stg_reference__iro_keys') }} as iro_keys
    on
        officers.la_code = iro_keys.la_code
        and officers.iro_id = iro_keys.iro_id
where
    iro_keys.iro_key is null
    and officers.iro_id is not null
