-- A file is what its columns make it, whatever it is called. One with a column that nobody knows is not used at all:
-- the column may be a filter, and without it the file's rows would be taken for something they are not.
with files as (
    select * from {{ ref('stg_dfe__files') }}
),

file_columns as (
    select * from {{ ref('stg_dfe__columns') }}
),

layouts as (
    select * from {{ ref('dfe_layouts') }}
),

labels as (
    select * from {{ ref('int_dfe__labels') }}
),

topics as (
    select * from {{ ref('dfe_topics') }}
),

cells as (
    select * from {{ ref('stg_dfe__cells') }}
),

stg_rows as (
    select * from {{ ref('stg_dfe__rows') }}
),

models as (
    select * from {{ ref('neighbour_models') }}
),

roles as (
    select
        file_id,
        column_role,
        count(*) as occurrences
    from file_columns
    where column_role is not null
    group by file_id, column_role
),

needed as (
    select
        layout,
        count(*) as roles_needed
    from layouts
    group by layout
),

fitting as (
    select
        roles.file_id,
        layouts.layout,
        needed.roles_needed,
        row_number() over (
            partition by roles.file_id
            order by needed.roles_needed desc, layouts.layout asc
        ) as preference
    from roles
    inner join layouts on roles.column_role = layouts.column_role
    inner join needed on layouts.layout = needed.layout
    group by roles.file_id, layouts.layout, needed.roles_needed
    having count(*) = needed.roles_needed
),

recognised as (
    select
        file_id,
        layout
    from fitting
    where preference = 1
),

-- Of a file without any known column none is named: it may be a return that was dropped in by mistake, and without
-- column names of its own its first row is a child.
column_counts as (
    select
        file_id,
        {{ string_list_aggregate("case when column_role is null then coalesce(nullif(header, ''), '(no name)') end") }}
            as unknown_columns,
        {{ string_list_aggregate("header") }} as column_list
    from file_columns
    group by file_id
    having count(column_role) > 0
),

role_counts as (
    select
        file_id,
        max(case when {{ is_figure() }} then 1 end) as has_indicator,
        max(case when column_role = 'item' then 1 end) as has_item,
        {{ string_list_aggregate(
            "case when occurrences > 1 and column_role not in ('ignored', 'neighbour') then column_role end"
        ) }} as repeated_roles
    from roles
    group by file_id
),

-- The same labels (Gender, Ethnicity, Legal status) stand in files on children in care, starting and ceasing, whose
-- columns are alike; a label that only one of the subjects has tells which it is.
marked as (
    select distinct
        labels.file_id,
        topics.topic
    from labels
    inner join topics on labels.group_key = {{ published_label('topics.label') }}
    union
    select distinct
        labels.file_id,
        topics.topic
    from labels
    inner join topics on labels.item_key = {{ published_label('topics.label') }}
),

subjects as (
    select
        file_id,
        count(*) as topics_marked,
        max(topic) as topic
    from marked
    group by file_id
),

-- A wide table of neighbours does not say which model it is: the list of one authority gives it away.
model_sizes as (
    select
        neighbour_model,
        count(*) as neighbours
    from models
    group by neighbour_model
),

listed as (
    select
        cells.file_id,
        models.neighbour_model,
        model_sizes.neighbours
    from cells
    inner join stg_rows
        on
            cells.file_id = stg_rows.file_id
            and cells.row_number = stg_rows.row_number
    inner join models
        on
            stg_rows.old_la_code = models.la_code
            and cells.neighbour_rank = models.neighbour_rank
            and cells.cell_value = models.neighbour_la_code
    inner join model_sizes on models.neighbour_model = model_sizes.neighbour_model
    where cells.column_role = 'neighbour'
    group by cells.file_id, models.neighbour_model, model_sizes.neighbours
    having count(distinct models.neighbour_rank) = model_sizes.neighbours
),

named_models as (
    select
        file_id,
        max(neighbour_model) as neighbour_model
    from listed
    group by file_id
),

-- A release knows no later year than its own.
latest_years as (
    select
        stg_rows.file_id,
        max({{ try_integer('stg_rows.time_period') }}) as latest_year
    from stg_rows
    inner join files on stg_rows.file_id = files.file_id
    where files.release is not null and {{ try_integer('stg_rows.time_period') }} between 1900 and 2999
    group by stg_rows.file_id
),

judged as (
    select
        files.*,
        recognised.layout,
        case when subjects.topics_marked = 1 then subjects.topic end as topic,
        named_models.neighbour_model,
        column_counts.unknown_columns,
        column_counts.column_list,
        case
            when files.message is not null then files.message
            when recognised.layout is null
                then files.file_name || ' has columns that nobody has seen together: it was read and not used.'
            when column_counts.unknown_columns is not null
                then
                    files.file_name || ' has columns that are not known, so it was read and not used: '
                    || column_counts.unknown_columns
                    || '. Say in dfe_columns.csv what they are.'
            when role_counts.repeated_roles is not null
                then
                    files.file_name || ' has several columns of one meaning, so it was read and not used: '
                    || role_counts.repeated_roles || '.'
            when
                recognised.layout = 'statistics'
                and (role_counts.has_item is null or role_counts.has_indicator is null)
                then
                    files.file_name
                    || ' has no column of labels, or none of figures, that is known: it was read and not used.'
            when recognised.layout = 'statistics' and latest_years.latest_year > {{ try_integer('files.release') }}
                then
                    files.file_name || ' has figures of ' || cast(latest_years.latest_year as string)
                    || ', which the release of ' || files.release
                    || ' cannot have: it was read and not used. Put it into the folder of its own release.'
            when recognised.layout = 'neighbours' and named_models.neighbour_model is null
                then
                    files.file_name || ' is a table of neighbours of a model that nobody has named: it was read and not'
                    || ' used. Name it in neighbour_models.csv.'
        end as problem
    from files
    left join recognised on files.file_id = recognised.file_id
    left join column_counts on files.file_id = column_counts.file_id
    left join role_counts on files.file_id = role_counts.file_id
    left join subjects on files.file_id = subjects.file_id
    left join named_models on files.file_id = named_models.file_id
    left join latest_years on files.file_id = latest_years.file_id
),

final as (
    select
        file_id,
        file_path,
        file_name,
        release,
        published_on,
        release_published_on,
        own_published_on,
        own_version,
        is_revised,
        layout,
        topic,
        neighbour_model,
        problem is null as is_mapped,
        coalesce(
            problem,
            case layout
                when 'statistics' then 'Statistics' || coalesce(' (' || topic || ')', '')
                when 'neighbours' then 'Statistical neighbours, model ' || neighbour_model
                when 'neighbours_long' then 'Statistical neighbours in long form'
                when 'authorities' then 'List of authorities'
                when 'regions' then 'Authorities and their regions'
                when 'districts' then 'Districts and their authorities'
                when 'lait' then 'Extract of the Local Authority Interactive Tool'
                when 'lait_dictionary' then 'Dictionary of the Local Authority Interactive Tool'
                else layout
            end || ': recognised and used.'
        ) as sentence,
        unknown_columns,
        column_list,
        sha256,
        size_bytes,
        encoding,
        row_count,
        rows_unread,
        loaded_at
    from judged
)

select * from final
