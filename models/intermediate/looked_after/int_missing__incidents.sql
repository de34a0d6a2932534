{{ config(meta={'definition': '11.1, 11.15'}) }}
-- Incidents of all returns, each once: an open one reappears next year with its end, and the latest return's row wins.
with incidents as (
    select * from {{ ref('stg_ssda903__missing') }}
),

latest as {{ latest_by_key('incidents', ssda903_tables()['missing']) }},

final as (
    select
        la_code,
        child,
        missing as incident_type,
        mis_start as started_on,
        mis_end as ended_on,
        collection_year as last_collection_year
    from latest
)

select * from final
