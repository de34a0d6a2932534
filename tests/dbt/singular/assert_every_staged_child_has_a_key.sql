/*
  Ingest, in Python, and staging, in SQL, must trim a child's number alike; else the child has no key and drops out of
  everything published.
*/
with children as (
    {% for table in ssda903_tables() %}
        select
            la_code,
            child
        from {{ ref('stg_ssda903__' ~ table) }}
        union
    {% endfor %}
    {% for table in iro_tables() if table not in iro_tables_without_child() %}
        select
            la_code,
            child
        from {{ ref('stg_iro__' ~ table) }}
        {{ 'union' if not loop.last }}
    {% endfor %}
)

select children.la_code
from children
left join {{ ref('stg_reference__child_keys') }} as child_keys
    on
        children.la_code = child_keys.la_code
        and children.child = child_keys.child
where
    child_keys.child_key is null
    and children.child is not null
