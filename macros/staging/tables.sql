{#- The tables of the SSDA903 return, in the order in which the specification lists them. -#}
{% macro ssda903_tables() -%}
    {{ return([
        'header', 'episodes', 'uasc', 'reviews', 'oc2', 'oc3', 'ad1', 'placed_adoption', 'prev_perm', 'missing',
        'sw_episodes', 'dolo'
    ]) }}
{%- endmacro %}
