{#- A build makes the whole warehouse anew, and nobody reads it before it is published. So a table takes the place of the
    last build's in one statement of one transaction; dbt's own way, for databases with readers, is to make it aside, to
    rename both and to drop the old one, which for most tables takes longer than their rows. Hooks, grants, indexes and
    comments stay as dbt has them. -#}
{% materialization table, adapter='duckdb', supported_languages=['sql', 'python'] %}
    {%- if model['language'] == 'python' -%}
        {#- dbt lets nothing but a materialization itself run Python. -#}
        {%- set old, new = load_cached_relation(this), this.incorporate(type='table') -%}
        {%- if old is not none -%}
            {%- do adapter.drop_relation(old) -%}
        {%- endif -%}
        {%- call statement('main', language='python') -%}
            {{- create_table_as(false, new, compiled_code, 'python') -}}
        {%- endcall -%}
        {{- return({'relations': [new]}) -}}
    {%- endif -%}
    {{- return(replace_relation(load_cached_relation(this), this.incorporate(type='table'))) -}}
{% endmaterialization %}


{% materialization view, adapter='duckdb' %}
    {{- return(replace_relation(load_cached_relation(this), this.incorporate(type='view'))) -}}
{% endmaterialization %}


{% macro replace_relation(old, new) %}
    {{- run_hooks(pre_hooks, inside_transaction=False) -}}
    {{- run_hooks(pre_hooks, inside_transaction=True) -}}
    {%- call statement('main') -%}
        begin transaction;
        {% if old is not none -%}
            drop {{ old.type }} {{ old }};
        {%- endif %}
        {% if new.is_view -%}
            {{ get_create_view_as_sql(new, sql) }}
        {%- else -%}
            {{ create_table_as(false, new, sql) }}
        {%- endif %}
        commit;
    {%- endcall -%}
    {%- do create_indexes(new) -%}
    {{- run_hooks(post_hooks, inside_transaction=True) -}}
    {%- do apply_grants(new, config.get('grants'), should_revoke=should_revoke(old, full_refresh_mode=True)) -%}
    {%- do persist_docs(new, model) -%}
    {{- run_hooks(post_hooks, inside_transaction=False) -}}
    {%- do return({'relations': [new]}) -%}
{% endmacro %}
