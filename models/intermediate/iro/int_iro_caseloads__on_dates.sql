{{ config(meta={'definition': '8, 12.13'}) }}
-- Officers in post, those without a child in care among them. One whose full-time equivalent is not known stands in
-- neither part of a caseload: children over nobody's hours would make the service look busier than it is.
with dates as (
    select * from {{ ref('int_iro_dates') }}
),

staff as (
    select * from {{ ref('stg_iro__iro_staff') }}
    where {{ code_is('role', 'reviewing_officer') }}
),

keys as (
    select * from {{ ref('stg_reference__iro_keys') }}
),

allocated as (
    select
        la_code,
        as_of_on,
        iro_id,
        count(*) as children
    from {{ ref('int_iro_allocated__on_dates') }}
    group by la_code, as_of_on, iro_id
),

in_post as (
    select
        dates.la_code,
        dates.as_of_on,
        dates.is_month_end,
        staff.iro_id,
        keys.iro_key,
        staff.fte,
        coalesce(staff.employment, 'Unknown') as employment,
        staff.sex,
        staff.ethnicity_group
    from dates
    inner join staff
        on
            dates.la_code = staff.la_code
            and (staff.started_on is null or staff.started_on <= dates.as_of_on)
            and (staff.ended_on is null or staff.ended_on > dates.as_of_on)
    inner join keys on staff.la_code = keys.la_code and staff.iro_id = keys.iro_id
),

final as (
    select
        in_post.*,
        in_post.fte is not null as has_fte,
        coalesce(allocated.children, 0) as children,
        coalesce(allocated.children, 0) / in_post.fte as caseload,
        -- Asked of the children, in decimals: 0.7 of a post times 70 is 49 exactly, and no fraction stands beside it.
        coalesce(
            coalesce(allocated.children, 0) >= 50 * cast(in_post.fte as decimal(10, 6))
            and coalesce(allocated.children, 0) <= 70 * cast(in_post.fte as decimal(10, 6)),
            false
        ) as is_within_handbook
    from in_post
    left join allocated
        on
            in_post.la_code = allocated.la_code
            and in_post.as_of_on = allocated.as_of_on
            and in_post.iro_id = allocated.iro_id
)

select * from final
