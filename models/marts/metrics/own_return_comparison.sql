-- The authority's own figure beside what DfE published of it, year by year, with the likely reason where they differ.
-- DfE's is that of the latest release, which restates the years before.
with figures as (
    select * from {{ ref('metric_values') }}
    where period_type = 'financial_year'
),

published as (
    select * from {{ ref('int_comparisons__dfe') }}
),

definitions as (
    select * from {{ ref('metric_definitions') }}
),

own as (
    select
        *,
        {{ collection_year_of('period_end') }} as collection_year
    from figures
),

delivered_years as (
    select distinct
        la_code,
        collection_year
    from own
),

published_of_the_authority as (
    select
        published.*,
        row_number() over (
            partition by
                published.area_code,
                published.collection_year,
                published.metric_id,
                published.breakdown,
                published.category
            order by published.release desc
        ) as recency
    from published
    inner join delivered_years
        on
            published.area_code = delivered_years.la_code
            and published.collection_year = delivered_years.collection_year
),

latest as (
    select * from published_of_the_authority
    where recency = 1
),

-- The headline count that a figure rests on: its own for rates and shares, else the one of its section.
based as (
    select
        latest.area_code as la_code,
        latest.collection_year,
        latest.metric_id,
        latest.breakdown,
        latest.category,
        latest.unit,
        latest.decimals,
        latest.release,
        latest.value as published_value,
        latest.display_value as published_display,
        latest.symbol,
        latest.is_withheld,
        definitions.grade,
        own.numerator,
        own.value as own_value,
        own.display_value as own_display,
        own.status as own_status,
        own.denominator_source,
        case
            when definitions.section = 'entering' then 'started_looked_after'
            when definitions.section in ('leaving', 'permanence') then 'ceased_looked_after'
            else 'children_looked_after'
        end as headline_metric_id,
        case
            when definitions.section = 'entering' then 'children who started'
            when definitions.section in ('leaving', 'permanence') then 'children who left'
            else 'children looked after'
        end as headline_name
    from latest
    inner join definitions on latest.metric_id = definitions.metric_id
    left join own
        on
            latest.area_code = own.la_code
            and latest.collection_year = own.collection_year
            and latest.metric_id = own.metric_id
            and latest.breakdown = own.breakdown
            and latest.category = own.category
),

restated as (
    select
        based.la_code,
        based.collection_year,
        based.metric_id,
        based.breakdown,
        based.category,
        max(published.release) as agreeing_release
    from based
    inner join published
        on
            based.la_code = published.area_code
            and based.collection_year = published.collection_year
            and based.metric_id = published.metric_id
            and based.breakdown = published.breakdown
            and based.category = published.category
            and based.own_display = published.display_value
    where published.release <> based.release
    group by
        based.la_code,
        based.collection_year,
        based.metric_id,
        based.breakdown,
        based.category
),

compared as (
    select
        based.*,
        restated.agreeing_release,
        own_headline.display_value as own_headline,
        published_headline.display_value as published_headline
    from based
    left join restated
        on
            based.la_code = restated.la_code
            and based.collection_year = restated.collection_year
            and based.metric_id = restated.metric_id
            and based.breakdown = restated.breakdown
            and based.category = restated.category
    left join own as own_headline
        on
            based.la_code = own_headline.la_code
            and based.collection_year = own_headline.collection_year
            and based.headline_metric_id = own_headline.metric_id
            and own_headline.breakdown = 'all'
    left join latest as published_headline
        on
            based.la_code = published_headline.area_code
            and based.collection_year = published_headline.collection_year
            and based.headline_metric_id = published_headline.metric_id
            and published_headline.breakdown = 'all'
),

reasoned as (
    select
        *,
        case
            when own_display is null then 'not_delivered'
            when own_display = published_display then 'none'
            when symbol = 'c' then 'suppressed'
            when symbol is not null and symbol <> 'k' then 'not_published'
            when own_value is null then 'nothing_to_divide'
            when agreeing_release is not null then 'restated'
            when unit = 'rate_per_10000' and own_headline = published_headline then 'population'
            when own_status = 'provisional' then 'provisional_return'
            when own_headline <> published_headline and (breakdown <> 'all' or unit <> 'children') then 'other_children'
            when own_headline <> published_headline then 'other_records'
            -- A half rounds up here, and down where it was taken from a rounded figure.
            when abs(own_value - published_value) <= 0.5 / power(10, decimals) + 0.000001 then 'rounding'
            when grade <> 'S' then 'definition'
            else 'other_records'
        end as likely_reason
    from compared
),

final as (
    select
        la_code,
        collection_year,
        metric_id,
        breakdown,
        category,
        own_value,
        own_display,
        own_status,
        release,
        published_value,
        published_display,
        own_value - published_value as difference,
        case
            when likely_reason in ('not_delivered', 'suppressed', 'not_published', 'nothing_to_divide') then null
            else likely_reason = 'none'
        end as agrees,
        likely_reason,
        case likely_reason
            when 'none' then 'Both show the same.'
            when 'not_delivered' then 'The records behind the figure were not delivered for this year.'
            when 'suppressed' then 'DfE hides numbers of 1 to 5, and others to keep them hidden: not to be compared.'
            when 'not_published'
                then
                    case
                        when is_withheld
                            then
                                'DfE' || chr(39) || 's files of the release contradict each other here and nothing'
                                || ' says which is the later: published_conflicts has both.'
                        else 'DfE publishes no number here: ' || symbol || '.'
                    end
            when 'nothing_to_divide' then 'The delivered records hold no child to divide by.'
            when 'restated'
                then
                    'The same as in DfE' || chr(39) || 's release of ' || agreeing_release
                    || '; another one states the year differently.'
            when 'population'
                then
                    'The number of children is the same; the population is another. Ours is the '
                    || denominator_source || '.'
            when 'provisional_return'
                then 'Ours comes from a return not marked final; DfE' || chr(39) || 's from the final one.'
            when 'other_children'
                then
                    'They rest on different numbers of ' || headline_name || ': ' || own_headline
                    || ' by the delivered return, ' || published_headline
                    || ' by DfE. The return was amended after this extract, or the extract is incomplete.'
            when 'rounding' then 'The same but for rounding.'
            when 'definition'
                then 'DfE does not say exactly what it counts; the reading taken here is in the metric catalogue.'
            else 'Other records: the return was amended after this extract, or codes differ.'
        end as explanation
    from reasoned
)

select * from final
