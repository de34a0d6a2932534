-- What a column means may depend on what stands beside it: `characteristic` is the item beside `cla_group` and the
-- group beside `breakdown`. The alias that names a neighbour goes before the one that names none.
with delivered as (
    select * from {{ source('dfe', 'columns') }}
),

files as (
    select * from {{ ref('stg_dfe__files') }}
),

aliases as (
    select * from {{ ref('dfe_columns') }}
),

known as (
    select delivered.*
    from delivered
    inner join files on delivered.file_id = files.file_id
),

candidates as (
    select
        known.file_id,
        known.position,
        aliases.column_role,
        aliases.neighbour_rank,
        row_number() over (
            partition by known.file_id, known.position
            order by case when aliases.beside_column is null then 1 else 0 end, aliases.column_role
        ) as preference
    from known
    inner join aliases on known.column_name = aliases.column_name
    left join known as beside
        on
            known.file_id = beside.file_id
            and aliases.beside_column = beside.column_name
    where aliases.beside_column is null or beside.file_id is not null
),

roles as (
    select * from candidates
    where preference = 1
),

final as (
    select
        known.file_id,
        known.position,
        known.header,
        known.column_name,
        roles.column_role,
        roles.neighbour_rank
    from known
    left join roles
        on
            known.file_id = roles.file_id
            and known.position = roles.position
)

select * from final
