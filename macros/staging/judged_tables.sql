{#- Every table that staging judges row by row: its name, the start of its models' names, and whether it
    names a child: a crosswalk's line names one by two numbers, and both stand in the row's content. -#}
{% macro judged_tables() -%}
    {%- set tables = [] -%}
    {%- for table in ssda903_tables() -%}
        {%- do tables.append({'name': table, 'model': 'stg_ssda903__' ~ table, 'has_child': true}) -%}
    {%- endfor -%}
    {%- for table in iro_tables() -%}
        {%- do tables.append({
            'name': table, 'model': 'stg_iro__' ~ table, 'has_child': table not in iro_tables_without_child()
        }) -%}
    {%- endfor -%}
    {%- for table in crosswalk_tables() -%}
        {%- do tables.append({'name': table, 'model': 'stg_crosswalk__' ~ table, 'has_child': false}) -%}
    {%- endfor -%}
    {{ return(tables) }}
{%- endmacro %}


{#- Tables that several collection years repeat, with the key whose latest year's row counts. Of the return, episodes
    are followed one by one in int_episodes__fates, and UASC, OC2, OC3, AD1 and PrevPerm belong to their own year. -#}
{% macro repeated_tables() -%}
    {%- set tables = [] -%}
    {%- for table in repeated_ssda903_tables() -%}
        {%- do tables.append({'name': table, 'model': 'stg_ssda903__' ~ table, 'key': ssda903_tables()[table]}) -%}
    {%- endfor -%}
    {%- for table, key in iro_tables().items() -%}
        {%- do tables.append({'name': table, 'model': 'stg_iro__' ~ table, 'key': key}) -%}
    {%- endfor -%}
    {{ return(tables) }}
{%- endmacro %}
