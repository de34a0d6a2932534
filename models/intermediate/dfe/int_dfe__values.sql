{{ config(meta={'definition': '0'}) }}
-- The figures of one file under the catalogue's names. A total that a file repeats under every heading is one figure;
-- where it says different things, one row stands for them and the contradiction is marked: no comparison takes it.
with indicators as (
    select * from {{ ref('int_dfe__indicators') }}
    where problem is null or problem in ('value', 'authority')
),

meanings as (
    select * from {{ ref('int_dfe__meanings') }}
),

lait as (
    select * from {{ ref('int_dfe__lait') }}
    where problem is null or problem = 'value'
),

meant as (
    select
        indicators.*,
        case
            when indicators.column_role = 'number' then meanings.number_metric_id
            when indicators.column_role = 'percentage' then meanings.percentage_metric_id
            when indicators.column_role = 'rate' then meanings.rate_metric_id
        end as metric_id,
        meanings.breakdown,
        meanings.category,
        case
            when indicators.column_role = 'percentage' then 'percent'
            when indicators.column_role = 'rate' then 'rate'
            when indicators.column_role = 'number' then coalesce(meanings.number_unit, 'count')
            else 'count'
        end as unit,
        case when indicators.column_role = 'number' then meanings.number_rounding_base end as number_rounding_base
    from indicators
    left join meanings
        on
            indicators.file_id = meanings.file_id
            and indicators.group_key = meanings.group_key
            and indicators.item_key = meanings.item_key
),

-- A path with two meanings may have a metric for its count and none for its percentage: that one has one row then.
numbered as (
    select
        *,
        count(metric_id) over (partition by file_id, row_number, column_role) as metrics_meant,
        row_number() over (partition by file_id, row_number, column_role order by metric_id, breakdown, category)
            as meaning_number
    from meant
),

from_releases as (
    select
        file_id,
        file_name,
        release,
        published_on,
        row_number,
        collection_year,
        geographic_level,
        geography_code,
        geography_name,
        metric_id,
        case
            when {{ is_population() }} then 'population'
            when metric_id is not null then breakdown
            else coalesce(group_label, 'all')
        end as breakdown,
        case
            when {{ is_population() }} then 'Children aged 0 to 17 years'
            when metric_id is not null then category
            else item_label
        end as category,
        unit,
        value,
        symbol,
        raw_value,
        case
            when unit = 'mean' then coalesce(number_rounding_base, 0.1)
            when unit in ('percent', 'rate') or {{ is_population() }} then 1
            when la_code is not null then 1
            else 10
        end as rounding_base,
        la_code,
        region_code,
        coalesce(group_label || ' / ', '') || item_label as published_label
    from numbered
    where metric_id is not null or (metrics_meant = 0 and meaning_number = 1)
),

from_lait as (
    select
        file_id,
        file_name,
        cast(null as string) as release,
        cast(null as date) as published_on,
        row_number,
        collection_year,
        geographic_level,
        geography_code,
        geography_name,
        metric_id,
        coalesce(breakdown, 'all') as breakdown,
        coalesce(category, lait_measure) as category,
        unit,
        value,
        symbol,
        raw_value,
        case
            when unit = 'mean' then 0.1
            when unit in ('percent', 'rate') then 1
            when unit = 'count' and la_code is not null then 1
            when unit = 'count' then 10
        end as rounding_base,
        la_code,
        region_code,
        lait_measure as published_label
    from lait
),

united as (
    select * from from_releases
    union all
    select * from from_lait
),

stated as (
    select
        *,
        {{ published_statement('value', 'symbol', 'raw_value') }} as said,
        {{ published_claim(published_statement('value', 'symbol', 'raw_value'), 'symbol') }} as claim
    from united
),

ranked as (
    select
        *,
        row_number() over (
            partition by file_id, collection_year, geography_code, metric_id, breakdown, category, unit
            order by
                case when claim is not null then 0 when said is not null then 1 else 2 end,
                said,
                row_number
        ) as occurrence,
        min(claim) over (
            partition by file_id, collection_year, geography_code, metric_id, breakdown, category, unit
        ) as least_claim,
        max(claim) over (
            partition by file_id, collection_year, geography_code, metric_id, breakdown, category, unit
        ) as greatest_claim
    from stated
),

final as (
    select
        file_id,
        file_name,
        release,
        published_on,
        row_number,
        collection_year,
        geographic_level,
        geography_code,
        geography_name,
        metric_id,
        breakdown,
        category,
        unit,
        value,
        symbol,
        raw_value,
        cast(rounding_base as double) as rounding_base,
        la_code,
        region_code,
        published_label,
        coalesce(least_claim <> greatest_claim, false) as is_contradicted
    from ranked
    where occurrence = 1
)

select * from final
