{#- What a code is to a rule. The code lists say it (seeds/codesets), so that a code that comes or goes is a row of data:
    macros/specification has the lists in SQL's hands. All are null for a code that is null. -#}

{#- Whether a code is of a kind (column `kinds`): code_is('place', 'temporary'). -#}
{% macro code_is(column, kind) -%}
    {%- if kind not in codes_of_kinds() -%}
        {{ exceptions.raise_compiler_error("no code list has the kind " ~ kind) }}
    {%- endif -%}
    ({{ column }} in ('{{ codes_of_kinds()[kind] | join("', '") }}'))
{%- endmacro %}

{#- Whether a code took another one's place in its list (column `replaced_by`), so that both say the same. -#}
{% macro code_replaces(column, former_column, code_set) -%}
    (
        {%- for code, successors in successors_of_codes()[code_set].items() %}
            {{ 'or ' if not loop.first }}({{ former_column }} = '{{ code }}' and {{ column }} in ('{{ successors | join("', '") }}'))
        {%- endfor %}
    )
{%- endmacro %}

{#- The age from which a code may be used (column `least_age`), null where it may be at any age. -#}
{% macro least_age_of(column, code_set) -%}
    {{ number_of_code(column, least_ages()[code_set]) }}
{%- endmacro %}

{#- The days for which a code may stand (column `most_days`), null where there is no limit. -#}
{% macro most_days_of(column, code_set) -%}
    {{ number_of_code(column, most_days()[code_set]) }}
{%- endmacro %}

{% macro number_of_code(column, numbers) -%}
    case {{ column }}
        {%- for code, number in numbers.items() %} when '{{ code }}' then {{ number }}{% endfor %} end
{%- endmacro %}
