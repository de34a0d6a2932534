{{ config(meta={'definition': '0'}) }}
-- A symbol is never a number: a figure is one or the other, and text that is neither is reported.
with cells as (
    select * from {{ ref('stg_dfe__cells') }}
    where {{ is_figure() }}
),

stg_rows as (
    select * from {{ ref('stg_dfe__rows') }}
),

labels as (
    select * from {{ ref('int_dfe__labels') }}
),

files as (
    select * from {{ ref('int_dfe__files') }}
    where layout = 'statistics' and is_mapped
),

symbols as (
    select * from {{ ref('dfe_symbols') }}
),

authorities as (
    select * from {{ ref('authorities') }}
),

joined as (
    select
        files.file_id,
        files.file_name,
        files.release,
        files.published_on,
        files.topic,
        cells.row_number,
        cells.column_role,
        cells.raw_value,
        cells.cell_value,
        labels.group_label,
        labels.item_label,
        labels.group_key,
        labels.item_key,
        {{ try_integer('stg_rows.time_period') }} as time_period,
        lower(stg_rows.time_identifier) as time_identifier,
        lower(stg_rows.geographic_level) as level_key,
        stg_rows.geographic_level,
        stg_rows.country_code,
        stg_rows.country_name,
        stg_rows.region_code,
        stg_rows.region_name,
        stg_rows.old_la_code,
        stg_rows.new_la_code,
        stg_rows.la_name
    from cells
    inner join files on cells.file_id = files.file_id
    inner join stg_rows
        on
            cells.file_id = stg_rows.file_id
            and cells.row_number = stg_rows.row_number
    inner join labels
        on
            cells.file_id = labels.file_id
            and cells.row_number = labels.row_number
),

placed as (
    select
        joined.*,
        symbols.symbol,
        cast({{ try_decimal('joined.cell_value', 18, 6) }} as double) as value,
        case
            when joined.time_identifier = 'reporting year' and joined.time_period between 1900 and 2999
                then joined.time_period + case when joined.column_role = 'mid_year_population' then 1 else 0 end
        end as collection_year,
        case joined.level_key
            when 'national' then joined.country_code
            when 'regional' then joined.region_code
            when 'local authority' then joined.new_la_code
        end as geography_code,
        case joined.level_key
            when 'national' then joined.country_name
            when 'regional' then joined.region_name
            when 'local authority' then joined.la_name
        end as geography_name,
        case when joined.level_key = 'local authority' then joined.old_la_code end as la_code,
        case
            when joined.level_key in ('regional', 'local authority') then {{ whole_region('joined.region_code') }}
        end as own_region_code
    from joined
    -- The statistical service's own standard puts symbols into brackets: [c].
    left join symbols on lower(replace(replace(joined.cell_value, '[', ''), ']', '')) = symbols.symbol
),

final as (
    select
        placed.file_id,
        placed.file_name,
        placed.release,
        placed.published_on,
        placed.topic,
        placed.row_number,
        placed.column_role,
        placed.group_label,
        placed.item_label,
        placed.group_key,
        placed.item_key,
        placed.collection_year,
        -- Whatever the capitals: what asks for `Local authority` must not take LOCAL AUTHORITY for something else.
        case placed.level_key
            when 'national' then 'National'
            when 'regional' then 'Regional'
            when 'local authority' then 'Local authority'
            else placed.geographic_level
        end as geographic_level,
        placed.geography_code,
        placed.geography_name,
        placed.la_code,
        case
            when placed.level_key = 'local authority' then coalesce(placed.own_region_code, authorities.region_code)
            else placed.own_region_code
        end as region_code,
        placed.value,
        placed.symbol,
        placed.raw_value,
        case
            when placed.collection_year is null then 'period'
            when placed.geography_code is null then 'geography'
            when placed.level_key = 'local authority' and authorities.la_code is null then 'authority'
            when placed.value is null and placed.symbol is null and placed.cell_value is not null then 'value'
        end as problem
    from placed
    left join authorities on placed.la_code = authorities.la_code
)

select * from final
