-- The curve at the ends of whole years after entry. From one point to the next is a number of children too: a point
-- that is 1 to 5 children above the last one shown is left out.
{%- set points = [12, 24, 36, 48, 60] %}
with curve as (
    select * from {{ ref('permanence_curve') }}
),

cohorts as (
    select
        la_code,
        period_end,
        {%- for months in points %}
            max(case when months_since_entry = {{ months }} then numerator end) as numerator_{{ months }},
        {%- endfor %}
        max(denominator) as denominator
    from curve
    group by la_code, period_end
),

shown_0 as (
    select
        *,
        cast(0 as double) as last_shown
    from cohorts
),

{% for months in points %}
    judged_{{ months }} as (
        select
            *,
            numerator_{{ months }} is null
            or {{ is_small('denominator') }}
            or {{ is_small('numerator_' ~ months) }}
            or {{ is_small('denominator - numerator_' ~ months) }}
            or {{ is_small('numerator_' ~ months ~ ' - last_shown') }} as is_hidden_{{ months }}
        from shown_{{ months - 12 }}
    ),

    shown_{{ months }} as (
        select
            la_code,
            period_end,
            denominator,
            {%- for other in points %}
                numerator_{{ other }},
            {%- endfor %}
            {%- for other in points if other <= months %}
                is_hidden_{{ other }},
            {%- endfor %}
            case when is_hidden_{{ months }} then last_shown else numerator_{{ months }} end as last_shown
        from judged_{{ months }}
    ),
{% endfor %}

judged as (
    select
        curve.*,
        case curve.months_since_entry
            {%- for months in points %}
                when {{ months }} then shown_60.is_hidden_{{ months }}
            {%- endfor %}
        end as is_hidden
    from curve
    inner join shown_60
        on
            curve.la_code = shown_60.la_code
            and curve.period_end = shown_60.period_end
    where curve.months_since_entry in ({{ points | join(', ') }})
),

final as (
    select
        la_code,
        period_start,
        period_end,
        months_since_entry,
        case when not is_hidden then numerator end as numerator,
        case when not is_hidden then denominator end as denominator,
        case when not is_hidden then value end as value,
        case when is_hidden then 'c' else display_value end as display_value,
        status,
        as_known_at,
        is_synthetic,
        is_hidden as is_suppressed
    from judged
)

select * from final
