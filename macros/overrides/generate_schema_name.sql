{#- Schemas are named exactly as configured (staging, marts, ...), without the target schema as a prefix: one
    warehouse file holds one build, and readers rely on the name `marts`. -#}
{% macro generate_schema_name(custom_schema_name, node) -%}
    {{ (custom_schema_name or target.schema) | trim }}
{%- endmacro %}
