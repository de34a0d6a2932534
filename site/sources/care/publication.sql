-- One row: which authority and which publication the site shows.
select
    publication.la_code,
    authority.la_name,
    authority.is_synthetic,
    authority.first_year,
    authority.latest_year,
    publication.run_id,
    publication.published_at,
    publication.code_version
from site.publication as publication
left join (
    select
        max(la_name) as la_name,
        bool_or(is_synthetic) as is_synthetic,
        cast(min(extract(year from period_end)) as integer) as first_year,
        cast(max(extract(year from period_end)) as integer) as latest_year
    from marts.metric_values
) as authority on true
