{#- Code lists and how a delivered code is tested against one. A model imports `<column>_codes as {{ codes_of(list) }}`,
    joins it to `cleaned.<column>_text`, and selects `{{ decoded('<column>') }}`. -#}

{% macro codes_of(code_set, seed='ssda903_codes') -%}
    (
        select
            code,
            coalesce(valid_from, 0) as valid_from,
            coalesce(valid_to, 9999) as valid_to
        from {{ ref(seed) }}
        where code_set = '{{ code_set }}'
    )
{%- endmacro %}


{#- Two columns: the code, null where no year knows it, and the repair that a code of another year amounts to.
    Lists have been complete since 2015, so what ended by then is a retired code that a case system kept. A code that
    is to read otherwise than its list has it is given as read_as. -#}
{% macro decoded(column, read_as=none) -%}
    {{ read_as or column ~ '_codes.code' }} as {{ column }},
        case
            when cleaned.collection_year between {{ column }}_codes.valid_from and {{ column }}_codes.valid_to then null
            when {{ column }}_codes.valid_to <= 2015 then 'retired_code:{{ column }}'
            when {{ column }}_codes.code is not null then 'code_of_another_year:{{ column }}'
        end as {{ column }}_year_repair
{%- endmacro %}


{#- Up to 2024 the codes of SEX were 1 and 2; they read M and F. -#}
{% macro decoded_sex() -%}
    {{ decoded('sex', read_as="case sex_codes.code when '1' then 'M' when '2' then 'F' else sex_codes.code end") }}
{%- endmacro %}


{#- The join that `decoded` expects. -#}
{% macro join_codes(columns) -%}
    {%- for column in columns %}
    left join {{ column }}_codes on upper(cleaned.{{ column }}_text) = {{ column }}_codes.code
    {%- endfor %}
{%- endmacro %}


{#- Authorities as PL_LA and LA_PERM name them: by DfE number, by ONS code, or by a code of the list for elsewhere. -#}
{% macro authority_codes() -%}
    (
        select code
        from {{ ref('ssda903_codes') }}
        where code_set = 'placement_la'
        union
        select la_code
        from {{ ref('authorities') }}
        union
        select ons_code
        from {{ ref('authorities') }}
    )
{%- endmacro %}


{#- An authority, null where unknown. Any ONS-shaped code passes: districts and the other nations have their own. -#}
{% macro decoded_authority(column) -%}
    case
        when {{ column }}_codes.code is not null then {{ column }}_codes.code
        when
            length(cleaned.{{ column }}_text) = 9
            and upper(left(cleaned.{{ column }}_text, 1)) in ('E', 'N', 'S', 'W')
            and {{ try_integer('substring(cleaned.' ~ column ~ '_text, 2, 8)') }} is not null
            then upper(cleaned.{{ column }}_text)
    end as {{ column }}
{%- endmacro %}
