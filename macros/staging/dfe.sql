{#- A label of a published file as labels are compared: case, surrounding blanks and the kind of apostrophe set aside. -#}
{% macro published_label(text) -%}
    lower(replace({{ trimmed(text) }}, '’', chr(39)))
{%- endmacro %}


{#- Roles of a published file's columns: those that hold figures, and of them those that hold a number of people. -#}
{% macro is_figure(column_role='column_role') -%}
    ({{ column_role }} in ('number', 'percentage', 'rate') or {{ is_population(column_role) }})
{%- endmacro %}

{% macro is_population(column_role='column_role') -%}
    {{ column_role }} in ('population', 'mid_year_population')
{%- endmacro %}


{#- Inner and Outer London are parts of the region London: everything else is its own region. -#}
{% macro whole_region(region_code) -%}
    case when {{ region_code }} in ('E13000001', 'E13000002') then 'E12000007' else {{ region_code }} end
{%- endmacro %}


{#- What a cell says, so that the same said twice is the same: a number whatever its decimals, else the symbol, else the
    text. Null where the cell is blank. -#}
{% macro published_statement(value, symbol, raw_value) -%}
    coalesce(cast(cast({{ value }} as decimal(18, 6)) as string), {{ symbol }}, {{ clean_text(raw_value) }})
{%- endmacro %}


{#- What a cell says that can contradict another: neither blank, nor that there is no number here (not applicable, not
    available). -#}
{% macro published_claim(statement, symbol) -%}
    case when {{ symbol }} is null or {{ symbol }} not in ('x', 'z', ':') then {{ statement }} end
{%- endmacro %}


{#- A number that is a name (an authority's, a year's) without the decimals that a spreadsheet or pandas put behind it. -#}
{% macro published_code(text) -%}
    case when {{ text }} like '%.0' then left({{ text }}, length({{ text }}) - 2) else {{ text }} end
{%- endmacro %}


{#- A number without the commas between its thousands, which Excel writes into a CSV file as it shows them (83,630). -#}
{% macro without_separators(text) -%}
    case
        when
            ({{ text }} like '%,___' or {{ text }} like '%,___.%')
            and {{ try_decimal("replace(" ~ text ~ ", ',', '')", 18, 6) }} is not null
            then replace({{ text }}, ',', '')
        else {{ text }}
    end
{%- endmacro %}
