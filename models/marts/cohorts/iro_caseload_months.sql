-- The service's own row has `all` for the officer, as a headline has: it sums those with a known full-time equivalent.
with caseloads as (
    select * from {{ ref('int_iro_caseloads__on_dates') }}
    where is_month_end
),

services as (
    select
        la_code,
        as_of_on,
        sum(children) as children,
        cast(sum(cast(fte as decimal(28, 12))) as double) as full_time_equivalent
    from caseloads
    where has_fte
    group by la_code, as_of_on
),

final as (
    select
        la_code,
        as_of_on as month_end,
        iro_key,
        cast(children as bigint) as children,
        fte as full_time_equivalent,
        caseload,
        is_within_handbook
    from caseloads
    union all
    select
        la_code,
        as_of_on as month_end,
        'all' as iro_key,
        cast(children as bigint) as children,
        full_time_equivalent,
        children / full_time_equivalent as caseload,
        children between 50 * full_time_equivalent and 70 * full_time_equivalent as is_within_handbook
    from services
)

select * from final
