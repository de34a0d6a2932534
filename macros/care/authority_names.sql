{#- Everything that PL_LA may call an authority: DfE's number, an ONS code of it, today's or a former one, or that of a
    district in it. `authorities` and `districts` are CTEs of the two seeds. -#}
{% macro authority_names(authorities, districts) -%}
    (
        select
            la_code as code,
            la_code
        from {{ authorities }}
        union
        select
            ons_code as code,
            la_code
        from {{ authorities }}
        union
        select
            code,
            la_code
        from (
            select
                {{ string_list_explode('former_ons_codes', ';') }} as code,
                la_code
            from {{ authorities }}
            where former_ons_codes is not null
        ) as former_codes
        union
        select
            district_code as code,
            la_code
        from {{ districts }}
    )
{%- endmacro %}
