{%- set marts = [
    'children_looked_after_by_period', 'children_looked_after_in_year_by_period', 'children_started_by_period',
    'children_ceased_by_period', 'care_leavers_by_period', 'reviews', 'dim_child', 'dim_period', 'fct_adoption', 'fct_adoption_decision',
    'fct_deprivation_of_liberty_order', 'fct_episode', 'fct_legal_status_spell', 'fct_missing_incident',
    'fct_period_of_care', 'fct_placement', 'fct_review', 'metric_values'
] -%}
/*
  Every row that names an authority names one of dim_authority, so that no figure is lost in a join with its name.
  A delivery of an authority that nobody knows is held, and dim_delivery says so.
  Catches: an authority that delivers under a code that the reference list does not have.
*/
with rows_by_authority as (
    {% for mart in marts %}
        select
            '{{ mart }}' as table_name,
            la_code,
            count(*) as row_count
        from {{ ref(mart) }}
        group by la_code
        {% if not loop.last %}union all{% endif %}
    {% endfor %}
)

select rows_by_authority.*
from rows_by_authority
left join {{ ref('dim_authority') }} as authorities on rows_by_authority.la_code = authorities.la_code
where authorities.la_code is null
