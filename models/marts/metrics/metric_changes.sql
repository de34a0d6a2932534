-- Every figure beside the same period a year before, with the limits between which chance alone could have put it.
with metric_values as (
    select * from {{ ref('metric_values') }}
),

definitions as (
    select * from {{ ref('metric_definitions') }}
),

-- Periods end with a month; a year before 28 February may be 29 February, so months are compared and not days.
numbered as (
    select
        metric_values.la_code,
        metric_values.period_type,
        metric_values.period_end,
        metric_values.metric_id,
        metric_values.breakdown,
        metric_values.category,
        metric_values.numerator,
        metric_values.denominator,
        metric_values.value,
        metric_values.display_value,
        definitions.unit,
        definitions.polarity,
        extract(year from metric_values.period_end) * 12 + extract(month from metric_values.period_end) as month_number
    from metric_values
    inner join definitions on metric_values.metric_id = definitions.metric_id
),

previous as (
    select
        la_code,
        period_type,
        metric_id,
        breakdown,
        category,
        value,
        display_value,
        month_number + 12 as month_number_compared
    from numbered
),

compared as (
    select
        numbered.*,
        previous.value as previous_value,
        previous.display_value as previous_display,
        {{ direction_as_shown(
            'numbered.value', 'numbered.display_value', 'previous.value', 'previous.display_value'
        ) }} as direction
    from numbered
    left join previous
        on
            numbered.la_code = previous.la_code
            and numbered.period_type = previous.period_type
            and numbered.metric_id = previous.metric_id
            and numbered.breakdown = previous.breakdown
            and numbered.category = previous.category
            and numbered.month_number = previous.month_number_compared
),

limited as (
    select
        *,
        case
            when unit = 'percent' then {{ wilson_low('numerator', 'denominator') }}
            when unit = 'rate_per_10000' then 10000.0 * {{ byar_low('numerator') }} / nullif(denominator, 0)
            when unit in ('children', 'incidents', 'reviews', 'disputes') then {{ byar_low('numerator') }}
        end as value_low,
        case
            when unit = 'percent' then {{ wilson_high('numerator', 'denominator') }}
            when unit = 'rate_per_10000' then 10000.0 * {{ byar_high('numerator') }} / nullif(denominator, 0)
            when unit in ('children', 'incidents', 'reviews', 'disputes') then {{ byar_high('numerator') }}
        end as value_high
    from compared
),

judged as (
    select
        *,
        {{ beyond_chance('previous_value', 'value_low', 'value_high') }} as is_beyond_chance
    from limited
),

final as (
    select
        la_code,
        period_type,
        period_end,
        metric_id,
        breakdown,
        category,
        value,
        display_value,
        previous_value,
        value - previous_value as change,
        100.0 * (value - previous_value) / nullif(previous_value, 0) as relative_change_percent,
        value_low,
        value_high,
        previous_display,
        direction,
        {{ position_of('direction', 'polarity') }} as position,
        is_beyond_chance,
        {{ verdict_of('direction', 'polarity', 'is_beyond_chance', 'little change') }} as verdict
    from judged
)

select * from final
