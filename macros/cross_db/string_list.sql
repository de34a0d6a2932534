{#- Lists are kept as text joined by commas, because not every engine has list columns. -#}

{#- One row per item of a list, as an expression of a select clause: `select id, {{ string_list_explode('rules') }} as rule`.
    The empty list '' gives one row with an empty item; filter it out before or after. -#}
{% macro string_list_explode(text, separator=',') -%}
    {{ return(adapter.dispatch('string_list_explode')(text, separator)) }}
{%- endmacro %}

{% macro default__string_list_explode(text, separator) -%}
    explode(split({{ text }}, '{{ separator }}'))
{%- endmacro %}

{% macro duckdb__string_list_explode(text, separator) -%}
    unnest(string_split({{ text }}, '{{ separator }}'))
{%- endmacro %}

{% macro spark__string_list_explode(text, separator) -%}
    explode(split({{ text }}, '{{ separator }}'))
{%- endmacro %}


{#- The non-null ones of several text expressions, joined by commas; '' when all are null. -#}
{% macro string_list_of(items) -%}
    {{ return(adapter.dispatch('string_list_of')(items)) }}
{%- endmacro %}

{% macro default__string_list_of(items) -%}
    {%- if items %}concat_ws(',', {{ items | join(', ') }}){% else %}''{% endif -%}
{%- endmacro %}


{#- Sentences of a group, one after the other, in an order. -#}
{% macro sentences_joined(sentence, order_by) -%}
    {{ return(adapter.dispatch('sentences_joined')(sentence, order_by)) }}
{%- endmacro %}

{% macro default__sentences_joined(sentence, order_by) -%}
    array_join(transform(array_sort(collect_list(struct({{ order_by | join(', ') }}, {{ sentence }}))), item -> item.{{ sentence }}), ' ')
{%- endmacro %}

{% macro duckdb__sentences_joined(sentence, order_by) -%}
    string_agg({{ sentence }}, ' ' order by {{ order_by | join(', ') }})
{%- endmacro %}
