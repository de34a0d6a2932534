{#- The rules of staging. Each gives text 'rule:column' where a row breaks it, else null; a model collects them with
    string_list_of(). They read the pair <column>_text (as delivered, trimmed) and <column> (typed, null if unusable).
    What each rule says to a reader stands in the seed quality_rules. -#}

{#- Rules that reject the row. -#}

{% macro missing_key(column) -%}
    case when {{ column }} is null then 'missing_key:{{ column }}' end
{%- endmacro %}

{#- The same for a key that is a code: blank is missing, anything unknown is unknown_code's affair. -#}
{% macro missing_code_key(column) -%}
    case when {{ column }}_text is null then 'missing_key:{{ column }}' end
{%- endmacro %}

{#- A date without which the row says nothing: blank is as bad as unreadable. -#}
{% macro unreadable_mandatory_date(column) -%}
    case when {{ column }} is null then 'unreadable_date:{{ column }}' end
{%- endmacro %}

{#- An episode's end that may be blank, but is not: nobody can tell whether the child left, and when. -#}
{% macro unreadable_end_date(column) -%}
    case when {{ column }} is null and {{ column }}_text is not null then 'unreadable_date:{{ column }}' end
{%- endmacro %}

{% macro unknown_code(column) -%}
    case when {{ column }} is null and {{ column }}_text is not null then 'unknown_code:{{ column }}' end
{%- endmacro %}

{% macro impossible_date_order(first_column, last_column) -%}
    case when {{ last_column }} < {{ first_column }} then 'impossible_date_order:{{ last_column }}' end
{%- endmacro %}

{#- A review that is told to have been held before the child was born: one of the two dates is another child's. -#}
{% macro review_before_birth() -%}
    case
        when reviewed_on < dob and completed_on is not null then 'review_before_birth:completed_on'
        when reviewed_on < dob then 'review_before_birth:started_on'
    end
{%- endmacro %}


{#- Repairs: the value goes, the row stays. -#}

{% macro unknown_code_nulled(column, decoded_as=none) -%}
    case when {{ decoded_as or column }} is null and {{ column }}_text is not null then 'unknown_code_nulled:{{ column }}' end
{%- endmacro %}

{% macro unreadable_date_nulled(column) -%}
    case when {{ column }} is null and {{ column }}_text is not null then 'unreadable_date_nulled:{{ column }}' end
{%- endmacro %}

{% macro unreadable_partial_date_nulled(column) -%}
    case
        when {{ column }}_precision is null and {{ column }}_text is not null then 'unreadable_date_nulled:{{ column }}'
    end
{%- endmacro %}

{#- What follows a review cannot come before it. <column>_read is the date as delivered, <column> null if unusable. -#}
{% macro date_after_review_nulled(column) -%}
    case
        when {{ column }}_read is null and {{ column }}_text is not null then 'unreadable_date_nulled:{{ column }}'
        when {{ column }}_read < reviewed_on then 'date_before_review_nulled:{{ column }}'
    end
{%- endmacro %}

{#- A reason for ceasing on an episode that has not ceased. -#}
{% macro rec_without_dec() -%}
    case when rec is not null and dec_text is null then 'rec_without_dec:rec' end
{%- endmacro %}

{% macro number_out_of_range_nulled(column) -%}
    case when {{ column }} is null and {{ column }}_text is not null then 'number_out_of_range_nulled:{{ column }}' end
{%- endmacro %}


{#- A whole number within bounds, else null. -#}
{% macro integer_between(column, low, high) -%}
    case when {{ try_integer(column) }} between {{ low }} and {{ high }} then {{ try_integer(column) }} end
{%- endmacro %}

{#- A decimal that is not negative, else null. -#}
{% macro decimal_not_negative(column, precision, scale) -%}
    case
        when {{ try_decimal(column, precision, scale) }} >= 0 then {{ try_decimal(column, precision, scale) }}
    end
{%- endmacro %}
