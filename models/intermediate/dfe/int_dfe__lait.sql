-- LAIT repeats what DfE published elsewhere, of whichever release was the latest when the extract was made, so its
-- figures belong to no release. An authority's ONS code is the latest one.
with cells as (
    select * from {{ ref('stg_dfe__cells') }}
),

files as (
    select * from {{ ref('int_dfe__files') }}
    where layout = 'lait' and is_mapped
),

measures as (
    select * from {{ ref('lait_measures') }}
),

areas as (
    select * from {{ ref('lait_areas') }}
),

authorities as (
    select * from {{ ref('authorities') }}
),

symbols as (
    select * from {{ ref('dfe_symbols') }}
),

pivoted as (
    select
        cells.file_id,
        cells.row_number,
        max(case when cells.column_role = 'lait_measure' then cells.cell_value end) as lait_measure,
        max(case when cells.column_role = 'lait_year' then cells.cell_value end) as lait_year,
        max(case when cells.column_role = 'area_number' then cells.cell_value end) as area_number,
        max(case when cells.column_role = 'area_name' then cells.cell_value end) as area_name,
        max(case when cells.column_role = 'lait_value' then cells.raw_value end) as raw_value,
        max(case when cells.column_role = 'lait_value' then cells.cell_value end) as cell_value
    from cells
    inner join files on cells.file_id = files.file_id
    group by cells.file_id, cells.row_number
),

final as (
    select
        pivoted.file_id,
        files.file_name,
        pivoted.row_number,
        pivoted.lait_measure,
        {{ try_integer('pivoted.lait_year') }} as collection_year,
        coalesce(areas.geographic_level, case when authorities.la_code is not null then 'Local authority' end)
            as geographic_level,
        coalesce(areas.geography_code, authorities.ons_code) as geography_code,
        coalesce(areas.geography_name, authorities.la_name) as geography_name,
        authorities.la_code,
        case
            when areas.geographic_level = 'Regional' then {{ whole_region('areas.geography_code') }}
            else authorities.region_code
        end as region_code,
        measures.metric_id,
        measures.breakdown,
        measures.category,
        measures.unit,
        cast({{ try_decimal('pivoted.cell_value', 18, 6) }} as double) as value,
        symbols.symbol,
        pivoted.raw_value,
        case
            when {{ try_integer('pivoted.lait_year') }} is null then 'period'
            when areas.area_number is null and authorities.la_code is null then 'geography'
            when
                {{ try_decimal('pivoted.cell_value', 18, 6) }} is null
                and symbols.symbol is null
                and pivoted.cell_value is not null
                then 'value'
        end as problem
    from pivoted
    inner join files on pivoted.file_id = files.file_id
    left join measures on pivoted.lait_measure = measures.lait_measure
    left join areas on pivoted.area_number = areas.area_number
    left join authorities on pivoted.area_number = authorities.la_code
    left join symbols on lower(pivoted.cell_value) = symbols.symbol
)

select * from final
