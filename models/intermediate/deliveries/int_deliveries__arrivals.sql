-- What came between one publication and the next; 'this build', the last of them, stands after every run by its name.
with publications as (
    select * from {{ ref('stg_landing__publications') }}
    {%- if var('as_known_at') %}
        where published_at < {{ date_literal(var('as_known_at')) }}
    {%- endif %}
),

deliveries as (
    select * from {{ ref('int_deliveries__current') }}
    where is_current
),

in_force as (
    select
        run_id,
        published_at,
        code_version,
        la_code,
        delivery_id
    from publications
    union all
    select
        'this build' as run_id,
        cast(null as timestamp) as published_at,
        cast(null as string) as code_version,
        la_code,
        delivery_id
    from deliveries
),

runs as (
    select
        la_code,
        run_id,
        published_at,
        code_version,
        lag(run_id) over (partition by la_code order by run_id) as previous_run_id,
        lag(code_version) over (partition by la_code order by run_id) as previous_code_version
    from (select distinct
        la_code,
        run_id,
        published_at,
        code_version
    from in_force) as distinct_runs
),

arrived as (
    select
        runs.la_code,
        runs.run_id,
        {{ string_list_aggregate('in_force.delivery_id') }} as new_deliveries
    from runs
    inner join in_force on runs.la_code = in_force.la_code and runs.run_id = in_force.run_id
    left join in_force as earlier
        on
            in_force.la_code = earlier.la_code
            and in_force.delivery_id = earlier.delivery_id
            and runs.previous_run_id = earlier.run_id
    where earlier.delivery_id is null
    group by runs.la_code, runs.run_id
),

final as (
    select
        runs.la_code,
        runs.run_id,
        runs.published_at,
        arrived.new_deliveries,
        case
            when arrived.new_deliveries is not null then 'delivery'
            when runs.code_version <> runs.previous_code_version then 'version'
            else 'other'
        end as because
    from runs
    left join arrived on runs.la_code = arrived.la_code and runs.run_id = arrived.run_id
)

select * from final
