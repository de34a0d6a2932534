{#-
    The published figures that are not the number of rows they drill down to, in either direction: a figure that its
    mart's rows do not give, and rows whose figure is absent although it can be given. For tests: the rows are counted
    one by one here, without the macro that made the figures.

    mart     name of the mart of the cohort
    figures  for each metric [metric_id, SQL of the flag counted, SQL of the denominator's flag or none]; it is counted by
             each of its breakdowns, of which 'all' is the headline, iro the mart's iro_key, and any other the mart's
             column of that name
-#}
{% macro figures_without_their_rows(mart, figures) -%}
{%- set metric_ids = [] -%}
{%- set figures_by_breakdown = {} -%}
{%- for metric_id, flag, denominator_flag in figures -%}
    {%- do metric_ids.append("'" ~ metric_id ~ "'") -%}
    {%- for breakdown in breakdowns_of_metrics()[metric_id] -%}
        {%- do figures_by_breakdown.setdefault(breakdown, []).append((metric_id, flag, denominator_flag)) -%}
    {%- endfor -%}
{%- endfor -%}
with
{#- One pass over the rows for each breakdown, whatever the number of its figures. #}
{%- for breakdown, of_breakdown in figures_by_breakdown.items() %}
{%- set column = 'iro_key' if breakdown == 'iro' else breakdown %}
by_{{ breakdown }} as (
    select
        la_code,
        period_type,
        period_end,
        {{ "'all'" if breakdown == 'all' else column }} as category
        {%- for metric_id, flag, denominator_flag in of_breakdown %},
        count(case when {{ flag }} then 1 end) as numerator_{{ loop.index }},
        {% if denominator_flag -%}
        count(case when {{ denominator_flag }} then 1 end) as denominator_{{ loop.index }}
        {%- else -%}
        cast(null as bigint) as denominator_{{ loop.index }}
        {%- endif %}
        {%- endfor %}
    from {{ ref(mart) }}
    {% if breakdown == 'all' -%}
    group by la_code, period_type, period_end
    {%- else -%}
    where {{ column }} is not null
    group by la_code, period_type, period_end, {{ column }}
    {%- endif %}
),
{%- endfor %}

counted as (
    {%- for breakdown, of_breakdown in figures_by_breakdown.items() %}
    {%- set is_last_breakdown = loop.last %}
    {%- for metric_id, flag, denominator_flag in of_breakdown %}
    select
        la_code,
        period_type,
        period_end,
        '{{ metric_id }}' as metric_id,
        '{{ breakdown }}' as breakdown,
        category,
        numerator_{{ loop.index }} as counted_numerator,
        denominator_{{ loop.index }} as counted_denominator
    from by_{{ breakdown }}
    {{ 'union all' if not (loop.last and is_last_breakdown) }}
    {%- endfor %}
    {%- endfor %}
),

-- What cannot be given, because its table was not delivered, has rows and no figure.
expected as (
    select counted.*
    from counted
    inner join {{ ref('int_metrics__available') }} as available
        on
            counted.la_code = available.la_code
            and counted.period_type = available.period_type
            and counted.period_end = available.period_end
            and counted.metric_id = available.metric_id
            and counted.breakdown = available.breakdown
),

published as (
    select
        la_code,
        period_type,
        period_end,
        metric_id,
        breakdown,
        category,
        numerator,
        denominator
    from {{ ref('metric_values') }}
    where metric_id in ({{ metric_ids | join(', ') }})
)

select *
from published
full outer join expected
    using (la_code, period_type, period_end, metric_id, breakdown, category)
where
    -- An open category in which nothing is counted, nor counted among, needs no figure.
    coalesce(
        published.numerator,
        case when expected.counted_numerator + coalesce(expected.counted_denominator, 0) = 0 then 0 else -1 end
    ) <> coalesce(expected.counted_numerator, 0)
    or coalesce(published.denominator, 0) <> coalesce(expected.counted_denominator, 0)
{%- endmacro %}
