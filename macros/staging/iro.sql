{#- Y or N, however a system spells it; null where blank or neither. -#}
{% macro typed_yes_no(column) -%}
    case
        when upper(cleaned.{{ column }}_text) in ('Y', 'YES', 'TRUE', '1') then 'Y'
        when upper(cleaned.{{ column }}_text) in ('N', 'NO', 'FALSE', '0') then 'N'
    end as {{ column }}
{%- endmacro %}

{#- A date that follows a review, null where it comes before: see the rule date_after_review_nulled. -#}
{% macro not_before_review(column) -%}
    case when reviewed_on is null or {{ column }}_read >= reviewed_on then {{ column }}_read end as {{ column }}
{%- endmacro %}


{#- Whether an iro_id is one of the authority's own staff list, for the rule unknown_iro. An authority that delivers no
    staff list is not told of every row. -#}

{% macro staff_listed() -%}
    (
        select distinct
            la_code,
            iro_id
        from {{ ref('stg_iro__iro_staff__parsed') }}
        where is_latest and failed_rules = ''
    )
{%- endmacro %}

{% macro authorities_with_staff() -%}
    (
        select distinct la_code
        from staff
    )
{%- endmacro %}

{% macro is_unlisted_iro() -%}
    cleaned.iro_id is not null and authorities_with_staff.la_code is not null and staff.iro_id is null as is_unlisted_iro
{%- endmacro %}

{% macro join_staff() -%}
    left join staff on cleaned.la_code = staff.la_code and cleaned.iro_id = staff.iro_id
    left join authorities_with_staff on cleaned.la_code = authorities_with_staff.la_code
{%- endmacro %}

{% macro unknown_iro() -%}
    case when is_unlisted_iro then 'unknown_iro:iro_id' end
{%- endmacro %}
