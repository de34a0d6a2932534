-- Rules on the service at the last day published: who has a reviewing officer, a rating and a plan, and whose officer
-- is in post. Each asks only an authority that delivered the table for that day: one that delivers nothing of the
-- service is told of nothing, and one that delivers records of some children hears of the others.
with published as (
    select
        la_code,
        max(period_end) as period_end
    from {{ ref('int_periods__published') }}
    group by la_code
),

tables_delivered as (
    select * from {{ ref('int_tables__delivered') }}
    where dataset = 'iro'
),

looked_after as (
    select * from {{ ref('int_looked_after__at_period_end') }}
),

periods_of_care as (
    select * from {{ ref('int_periods_of_care') }}
),

staff as (
    select * from {{ ref('stg_iro__iro_staff') }}
),

allocations as (
    select * from {{ ref('stg_iro__iro_allocations') }}
),

ratings as (
    select * from {{ ref('stg_iro__rag_ratings') }}
),

plans as (
    select * from {{ ref('stg_iro__permanence_plans') }}
),

dates as (
    select
        published.la_code,
        published.period_end,
        tables_delivered.collection_year,
        tables_delivered.table_name
    from published
    inner join tables_delivered
        on
            published.la_code = tables_delivered.la_code
            and tables_delivered.collection_year = {{ collection_year_of('published.period_end') }}
            and published.period_end <= tables_delivered.covers_to
),

children as (
    select
        dates.la_code,
        dates.collection_year,
        dates.table_name,
        dates.period_end,
        looked_after.child,
        periods_of_care.started_on as in_care_since
    from dates
    inner join looked_after on dates.la_code = looked_after.la_code and dates.period_end = looked_after.period_end
    inner join periods_of_care
        on
            looked_after.la_code = periods_of_care.la_code
            and looked_after.child = periods_of_care.child
            and looked_after.period_number = periods_of_care.period_number
),

-- Of overlapping allocations the one that began later counts.
live_allocations as (
    select
        dates.la_code,
        dates.period_end,
        allocations.collection_year,
        allocations.child,
        allocations.iro_id,
        allocations.file_name,
        allocations.row_number,
        row_number() over (
            partition by dates.la_code, allocations.child
            order by
                allocations.allocated_on desc,
                allocations.collection_year desc,
                allocations.file_name desc,
                allocations.row_number desc
        ) as recency
    from dates
    inner join allocations
        on
            dates.la_code = allocations.la_code
            and {{ is_live_on('dates.period_end', 'allocations.allocated_on', 'allocations.ended_on') }}
    where dates.table_name = 'iro_allocations'
),

in_post as (
    select
        dates.la_code,
        dates.period_end,
        staff.collection_year,
        staff.iro_id,
        staff.fte,
        staff.file_name,
        staff.row_number
    from dates
    inner join staff on dates.la_code = staff.la_code
    where
        dates.table_name = 'iro_staff'
        and {{ code_is('staff.role', 'reviewing_officer') }}
        and (staff.started_on is null or staff.started_on <= dates.period_end)
        and (staff.ended_on is null or staff.ended_on > dates.period_end)
),

authorities_with_staff as (
    select la_code
    from dates
    where table_name = 'iro_staff'
),

without_iro as (
    select children.*
    from children
    left join live_allocations
        on
            children.la_code = live_allocations.la_code
            and children.child = live_allocations.child
            and live_allocations.recency = 1
    where children.table_name = 'iro_allocations' and live_allocations.child is null
),

iro_gone as (
    select live_allocations.*
    from children
    inner join live_allocations
        on
            children.la_code = live_allocations.la_code
            and children.child = live_allocations.child
            and live_allocations.recency = 1
    inner join authorities_with_staff on children.la_code = authorities_with_staff.la_code
    left join in_post
        on live_allocations.la_code = in_post.la_code and live_allocations.iro_id = in_post.iro_id
    where children.table_name = 'iro_allocations' and in_post.iro_id is null
),

rated as (
    select distinct
        dates.la_code,
        ratings.child
    from dates
    inner join ratings on dates.la_code = ratings.la_code and ratings.rated_on <= dates.period_end
    where dates.table_name = 'rag_ratings'
),

without_rating as (
    select children.*
    from children
    left join rated on children.la_code = rated.la_code and children.child = rated.child
    where children.table_name = 'rag_ratings' and rated.child is null
),

planned as (
    select distinct
        children.la_code,
        children.child
    from children
    inner join plans
        on
            children.la_code = plans.la_code
            and children.child = plans.child
            and plans.agreed_on between children.in_care_since and children.period_end
    where children.table_name = 'permanence_plans'
),

without_plan as (
    select children.*
    from children
    left join planned on children.la_code = planned.la_code and children.child = planned.child
    where children.table_name = 'permanence_plans' and planned.child is null
),

iro_allocation_missing as (
    select {{ quality_issue('iro_allocation_missing', 'iro_allocations', 'period_end', has_row=false) }}
    from without_iro
),

iro_not_in_post as (
    select {{ quality_issue('iro_not_in_post', 'iro_allocations', 'period_end', 'iro_id') }}
    from iro_gone
),

rating_missing as (
    select {{ quality_issue('rating_missing', 'rag_ratings', 'period_end', has_row=false) }}
    from without_rating
),

permanence_plan_missing as (
    select {{ quality_issue('permanence_plan_missing', 'permanence_plans', 'period_end', has_row=false) }}
    from without_plan
),

iro_without_fte as (
    select {{ quality_issue('iro_without_fte', 'iro_staff', 'period_end', 'fte', has_child=false) }}
    from in_post
    where fte is null
),

final as (
    {{ all_rows_of([
        'iro_allocation_missing', 'iro_not_in_post', 'rating_missing', 'permanence_plan_missing', 'iro_without_fte'
    ]) }}
)

select * from final
