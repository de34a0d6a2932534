{#- One code list of seeds/codesets/ssda903_codes.csv as a sub-query: code, description, publication group. -#}
{% macro code_list(code_set) -%}
    (
        select
            code,
            description,
            dfe_publication_group
        from {{ ref('ssda903_codes') }}
        where code_set = '{{ code_set }}'
    )
{%- endmacro %}
