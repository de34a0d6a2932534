-- The long list names its model by its first day; of a wide table int_dfe__files has found it out. Tables of one
-- model say the same; where they do not, the wide one counts, which has every authority.
with files as (
    select * from {{ ref('int_dfe__files') }}
    where layout in ('neighbours', 'neighbours_long') and is_mapped
),

seeded_lists as (
    select * from {{ ref('statistical_neighbours') }}
),

cells as (
    select * from {{ ref('stg_dfe__cells') }}
),

stg_rows as (
    select * from {{ ref('stg_dfe__rows') }}
),

wide as (
    select
        files.layout,
        files.file_name,
        files.neighbour_model,
        stg_rows.old_la_code as la_code,
        cells.neighbour_rank,
        cells.cell_value as neighbour_la_code
    from cells
    inner join files on cells.file_id = files.file_id
    inner join stg_rows
        on
            cells.file_id = stg_rows.file_id
            and cells.row_number = stg_rows.row_number
    where files.layout = 'neighbours' and cells.column_role = 'neighbour'
),

pivoted as (
    select
        cells.file_id,
        cells.row_number,
        max(case when cells.column_role = 'effective_on' then cells.cell_value end) as effective_on,
        max(case when cells.column_role = 'neighbour_rank' then cells.cell_value end) as neighbour_rank,
        max(case when cells.column_role = 'neighbour' then cells.cell_value end) as neighbour_la_code
    from cells
    inner join files on cells.file_id = files.file_id
    where files.layout = 'neighbours_long'
    group by cells.file_id, cells.row_number
),

long as (
    select
        files.layout,
        files.file_name,
        left(cast({{ try_date('pivoted.effective_on') }} as string), 7) as neighbour_model,
        stg_rows.old_la_code as la_code,
        {{ try_integer('pivoted.neighbour_rank') }} as neighbour_rank,
        pivoted.neighbour_la_code
    from pivoted
    inner join files on pivoted.file_id = files.file_id
    inner join stg_rows
        on
            pivoted.file_id = stg_rows.file_id
            and pivoted.row_number = stg_rows.row_number
),

landed as (
    select * from wide
    union all
    select * from long
),

seeded as (
    {%- for rank in range(1, 11) %}
        select
            'seeded' as layout,
            cast(null as string) as file_name,
            neighbour_model,
            la_code,
            {{ rank }} as neighbour_rank,
            neighbour_{{ rank }} as neighbour_la_code
        from seeded_lists
        {%- if not loop.last %}
            union all
        {%- endif %}
    {%- endfor %}
),

landed_lists as (
    select distinct
        la_code,
        neighbour_model
    from landed
    where neighbour_model is not null
),

united as (
    select * from landed
    union all
    select seeded.*
    from seeded
    left join landed_lists
        on
            seeded.la_code = landed_lists.la_code
            and seeded.neighbour_model = landed_lists.neighbour_model
    where landed_lists.la_code is null
),

ranked as (
    select
        *,
        row_number() over (
            partition by la_code, neighbour_model, neighbour_rank
            order by layout, file_name
        ) as occurrence
    from united
    where
        {{ try_integer('la_code') }} between 100 and 999
        and {{ try_integer('neighbour_la_code') }} between 100 and 999
        and neighbour_model is not null
        and neighbour_rank is not null
),

final as (
    select
        la_code,
        neighbour_model,
        neighbour_rank as rank,
        neighbour_la_code
    from ranked
    where occurrence = 1
)

select * from final
