{#-
    Aggregates one metric over a cohort: its headline and every breakdown, one row per authority, period and category.

    metric_id    the catalogue's id
    cohort       the CTE or relation that holds the cohort: one row per child (or record) and period
    numerator    SQL of a condition (counted where true), or of a number with numerator_is='sum'
    denominator  SQL of a condition, or of a number with denominator_is='sum', or none for plain counts
    breakdowns   names of cohort columns whose values are the categories; a column is named like its breakdown, else
                 given as {'breakdown': 'column'}
    undetermined SQL of a condition that marks children whom left-censored history leaves undecided, or none where it
                 cannot matter
    value        SQL of an aggregate where the value is no quotient (a median), else none

    Zeros of closed categories are not made here: metric_values joins the result to the scaffold of all of them.
-#}
{% macro aggregate_metric(
    metric_id, cohort, numerator='true', denominator=none, breakdowns={}, undetermined=none, value=none,
    numerator_is='condition', denominator_is='condition', where='true'
) -%}
{%- set keys = ['la_code', 'period_type', 'period_start', 'period_end'] -%}
select
    la_code,
    period_type,
    period_start,
    period_end,
    '{{ metric_id }}' as metric_id,
    {% if breakdowns -%}
    case
        {% for breakdown, column in breakdowns.items() -%}
        when grouping({{ column }}) = 0 then '{{ breakdown }}'
        {% endfor -%}
        else 'all'
    end as breakdown,
    case
        {% for breakdown, column in breakdowns.items() -%}
        when grouping({{ column }}) = 0 then {{ column }}
        {% endfor -%}
        else 'all'
    end as category,
    {%- else -%}
    'all' as breakdown,
    'all' as category,
    {%- endif %}
    {% if value -%}
    cast(null as double) as numerator,
    {%- elif numerator_is == 'sum' -%}
    {#- Decimals add up to the same sum in whatever order an engine takes them; doubles do not. -#}
    cast(sum(cast({{ numerator }} as decimal(28, 12))) as double) as numerator,
    {%- else -%}
    cast(sum(case when {{ numerator }} then 1 else 0 end) as double) as numerator,
    {%- endif %}
    {% if denominator and denominator_is == 'sum' -%}
    cast(sum(cast({{ denominator }} as decimal(28, 12))) as double) as denominator,
    {%- elif denominator -%}
    cast(sum(case when {{ denominator }} then 1 else 0 end) as double) as denominator,
    {%- else -%}
    cast(null as double) as denominator,
    {%- endif %}
    {% if value -%}
    cast({{ value }} as double) as value_given,
    {%- else -%}
    cast(null as double) as value_given,
    {%- endif %}
    {% if undetermined -%}
    cast(sum(case when {{ undetermined }} then 1 else 0 end) as bigint) as undetermined
    {%- else -%}
    cast(null as bigint) as undetermined
    {%- endif %}
from {{ cohort }}
where {{ where }}
{% if breakdowns -%}
group by {{ grouping_sets(keys, breakdowns.values() | list) }}
{%- else -%}
group by {{ keys | join(', ') }}
{%- endif %}
{%- endmacro %}

{#- Breakdowns whose cohort column bears the breakdown's own name. -#}
{% macro same_named(breakdowns) -%}
    {%- set mapping = {} -%}
    {%- for breakdown in breakdowns -%}{%- do mapping.update({breakdown: breakdown}) -%}{%- endfor -%}
    {{ return(mapping) }}
{%- endmacro %}
