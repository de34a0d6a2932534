{#- What dbt-spark would do otherwise than this project needs; nothing here is called for another engine. -#}

{#- Types stand in YAML as DuckDB and most engines know them. A timestamp without its own time zone has this name. -#}
{% macro spark__cast(field, type) -%}
    cast({{ field }} as {{ spark_type(type) }})
{%- endmacro %}

{% macro spark_type(type) -%}
    {{ return({'varchar': 'string', 'timestamp': 'timestamp_ntz'}.get(type | lower, type)) }}
{%- endmacro %}


{#- A contract's NOT NULL: Parquet knows none, so a missing value ends the statement that writes the table. -#}
{% macro spark__get_select_subquery(sql) -%}
    select
        {%- for name, column in model['columns'].items() %}
        {%- if column.constraints | selectattr('type', 'equalto', 'not_null') | list %}
        coalesce(
            {{ name }}, cast(raise_error('{{ this.identifier }}.{{ name }} lacks a value') as {{ spark_type(column.data_type) }})
        ) as {{ name }}
        {%- else %}
        {{ name }}
        {%- endif %}
        {{- ',' if not loop.last }}
        {%- endfor %}
    from (
        {{ sql }}
    ) as model_subq
{%- endmacro %}

{% macro spark__persist_constraints(relation, model) -%}
{%- endmacro %}


{#- A seed's rows as one statement of texts that are cast: dbt-spark's own way writes apostrophes as Spark does not read
    them. -#}
{% macro spark__create_csv_table(model, agate_table) -%}
    {%- call statement('_') -%}
        create table {{ this.render() }} (
            {%- for name in agate_table.column_names %}
            {{ name }} {{ spark_type(seed_type(model, agate_table, loop.index0)) }}{{ ',' if not loop.last }}
            {%- endfor %}
        )
        {{ file_format_clause() }}
        {{ location_clause() }}
    {%- endcall -%}
    {{ return('') }}
{%- endmacro %}

{% macro spark__load_csv_rows(model, agate_table) -%}
    {%- set sql -%}
        insert overwrite {{ this.render() }}
        select
            {%- for name in agate_table.column_names %}
            {{ spark__cast(name, seed_type(model, agate_table, loop.index0)) }}{{ ',' if not loop.last }}
            {%- endfor %}
        from values
        {% for row in agate_table.rows -%}
            (
                {%- for value in row -%}
                    {{- "null" if value is none else "'" ~ spark_text(value | string) ~ "'" -}}
                    {{- ',' if not loop.last -}}
                {%- endfor -%}
            )
            {{- ',' if not loop.last }}
        {% endfor %} as rows_of_seed ({{ agate_table.column_names | join(', ') }})
    {%- endset -%}
    {%- if agate_table.rows -%}
        {%- do adapter.add_query(sql, abridge_sql_log=True) -%}
    {%- endif -%}
    {{ return(sql) }}
{%- endmacro %}

{% macro seed_type(model, agate_table, index) -%}
    {{ return(model['config'].get('column_types', {}).get(agate_table.column_names[index]) or adapter.convert_type(agate_table, index)) }}
{%- endmacro %}


{#- A view with a contract is published, so it becomes a table: its rows are files, and no test works it out again. -#}
{% materialization table, adapter='spark', supported_languages=['sql', 'python'] %}
    {%- set new = make_way_on_spark('table') -%}
    {%- call statement('main', language=model['language']) -%}
        {{ written_by_python(new) if model['language'] == 'python' else create_table_as(false, new, compiled_code) }}
    {%- endcall -%}
    {{ return(made_on_spark(new)) }}
{% endmaterialization %}

{% materialization view, adapter='spark' %}
    {%- set new = make_way_on_spark('table' if config.get('contract').enforced else 'view') -%}
    {%- call statement('main') -%}
        {{ get_create_view_as_sql(new, compiled_code) if new.is_view else create_table_as(false, new, compiled_code) }}
    {%- endcall -%}
    {{ return(made_on_spark(new)) }}
{% endmaterialization %}

{% macro make_way_on_spark(type) %}
    {{- run_hooks(pre_hooks) -}}
    {%- set old = load_cached_relation(this) -%}
    {%- if old is not none -%}
        {%- do adapter.drop_relation(old) -%}
    {%- endif -%}
    {%- do return(this.incorporate(type=type)) -%}
{% endmacro %}

{% macro made_on_spark(new) %}
    {%- do apply_grants(new, config.get('grants'), should_revoke=true) -%}
    {%- do persist_docs(new, model) -%}
    {{- run_hooks(post_hooks) -}}
    {%- do return({'relations': [new]}) -%}
{% endmacro %}


{#- A Python model's table; Spark's own default says in which format. -#}
{% macro written_by_python(new) %}
{{ compiled_code }}
model(dbtObj(spark.table), spark).write.mode("overwrite"){% if spark_folder() %}.option("path", "{{ spark_folder() }}"){% endif %}.saveAsTable("{{ new }}")
{%- endmacro %}


{#- Where a table's files lie. A catalogue that lives in memory forgets its tables and not their files: a table that has a
    place of its own takes the place of the last build's. On a cluster the catalogue says where. -#}
{% macro spark_folder() -%}
    {%- set tables = env_var('CLA_SPARK_TABLES', '') -%}
    {{ return((tables ~ '/' ~ this.schema ~ '.db/' ~ this.identifier) if tables else '') }}
{%- endmacro %}

{% macro spark__location_clause() -%}
    {%- if spark_folder() %}
    location '{{ spark_text(spark_folder()) }}'
    {%- endif %}
{%- endmacro %}

{% macro spark_text(text) -%}
    {{ return(text | replace("\\", "\\\\") | replace("'", "\\'")) }}
{%- endmacro %}


{#- Tables over the raw Parquet files, where the sources' models look for them: once for each catalogue, before anything
    else is built. Their folders are those that DuckDB reads (models/staging/*/_*__sources.yml). -#}
{% macro register_raw() -%}
    {%- set roots = {
        '{raw_pattern}': env_var('CLA_RAW_URI'), '{decisions_pattern}': env_var('CLA_DECISIONS_URI')
    } -%}
    {%- for source in graph.sources.values() | sort(attribute='unique_id') -%}
        {%- set place = namespace(of=source.meta.external_location.split("'")[1].split('/*')[0] | replace('{name}', source.name)) -%}
        {%- for pattern, root in roots.items() -%}
            {%- set place.of = place.of | replace(pattern, root) -%}
        {%- endfor -%}
        {%- do run_query('create schema if not exists ' ~ source.schema) -%}
        {%- do run_query('drop table if exists ' ~ source.schema ~ '.' ~ source.identifier) -%}
        {%- set create -%}
            create table {{ source.schema }}.{{ source.identifier }} (
                {%- for column in source.columns.values() %}
                {{ column.name }} {{ spark_type(column.data_type) }}{{ ',' if not loop.last }}
                {%- endfor %}
            )
            using parquet
            options (recursivefilelookup 'true')
            location '{{ spark_text(place.of) }}'
        {%- endset -%}
        {%- do run_query(create) -%}
    {%- endfor -%}
{%- endmacro %}
